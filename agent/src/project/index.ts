export { describeFinding } from './describe.js';
export { findProject } from './find.js';
export { type Project, projectSchema } from './project.js';
export { readGitLabSettings } from './settings.js';
