export { type FamilyName, familyNames } from './families.js';
export { type GitLabPolicy, narrowPolicy, readGitLabPolicy } from './policy.js';
export {
  describeGitLabTools,
  GitLabConnection,
  type GitLabConnectionOptions,
  type GitLabServerOptions,
} from './server.js';
export { type GitLabSettings, readGitLabSettings } from './settings.js';
