import type { Tool } from '../tool.ts';
import { refreshProject } from './refresh-project.ts';
import { renameField } from './rename-field.ts';
import { updateProject } from './update-project.ts';
import { getUserActivity } from './user-activity.ts';

/** The tools about projects that are no single operation. */
export const projectTools: readonly Tool[] = [getUserActivity, renameField, refreshProject, updateProject];
