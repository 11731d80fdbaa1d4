export { describeSkills } from './describe.js';
export { type FoundSkill, findSkills } from './find.js';
export { loadSkillTool } from './load-skill.js';
