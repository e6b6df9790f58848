import * as z from 'zod';
import { anyObject, projectUuid, uuid } from './fields.ts';
import { operation } from './operation.ts';

const credentialsUuid = () => uuid('get_warehouse_credentials', 'From get_warehouse_credentials');
const credentials = () =>
  anyObject().describe(
    '{type, user, password} for postgres, redshift, snowflake, trino; {type, keyfileContents} for bigquery; {type, personalAccessToken} for databricks',
  );

/** Operations on personal credentials of the warehouse, and on connections to semantic layers (0.1366). */
export const warehouse = [
  operation({
    id: 'getWarehouseCredentials',
    method: 'GET',
    path: '/api/v1/user/warehouseCredentials',
    tool: 'get_warehouse_credentials',
    title: 'List my warehouse credentials',
    description: 'Your personal warehouse credentials, without their secrets.',
    input: () => ({}),
    auth: 'session',
  }),
  operation({
    id: 'createWarehouseCredentials',
    method: 'POST',
    path: '/api/v1/user/warehouseCredentials',
    tool: 'create_warehouse_credentials',
    title: 'Add warehouse credentials',
    description:
      'Stores personal warehouse credentials (database login). The password passes through this conversation: prefer the web app.',
    input: () => ({ name: z.string().min(1), credentials: credentials() }),
    auth: 'session',
  }),
  operation({
    id: 'updateWarehouseCredentials',
    method: 'PATCH',
    path: '/api/v1/user/warehouseCredentials/{uuid}',
    tool: 'update_warehouse_credentials',
    title: 'Replace warehouse credentials',
    description:
      'Changes name and secrets (password) of my personal warehouse credentials. The password passes through this conversation.',
    input: () => ({ uuid: credentialsUuid(), name: z.string().min(1), credentials: credentials() }),
    idempotent: true,
    auth: 'session',
  }),
  operation({
    id: 'deleteWarehouseCredentials',
    method: 'DELETE',
    path: '/api/v1/user/warehouseCredentials/{uuid}',
    tool: 'delete_warehouse_credentials',
    title: 'Delete warehouse credentials',
    description: 'Deletes personal warehouse credentials; projects that require them stop answering you.',
    input: () => ({ uuid: credentialsUuid() }),
    auth: 'session',
    irreversible: true,
  }),
  operation({
    id: 'getUserWarehouseCredentialsPreference',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/user-credentials',
    tool: 'get_user_warehouse_credentials_preference',
    title: 'Which credentials a project uses',
    description: 'The personal warehouse credentials that your queries in a project run with.',
    mayLackResults: true,
    input: () => ({ projectUuid: projectUuid() }),
  }),
  operation({
    id: 'updateUserWarehouseCredentialsPreference',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/user-credentials/{userWarehouseCredentialsUuid}',
    tool: 'update_user_warehouse_credentials_preference',
    title: 'Choose credentials for a project',
    description: 'Chooses the personal warehouse credentials that your queries in a project run with.',
    input: () => ({ projectUuid: projectUuid(), userWarehouseCredentialsUuid: credentialsUuid() }),
    idempotent: true,
  }),
  operation({
    id: 'updateProjectSemanticLayerConnection',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/semantic-layer-connection',
    tool: 'update_project_semantic_layer_connection',
    title: 'Connect a semantic layer',
    description: 'Connects a project to a dbt or Cube semantic layer. The token passes through this conversation.',
    input: () => ({
      projectUuid: projectUuid(),
      type: z.enum(['DBT', 'CUBE']),
      domain: z.string().optional(),
      token: z.string().optional(),
      environmentId: z.string().optional().describe('DBT only'),
    }),
    idempotent: true,
    releaseNote: { status: 'gone', note: 'Lightdash has no connections to semantic layers any more.' },
  }),
  operation({
    id: 'deleteProjectSemanticLayerConnection',
    method: 'DELETE',
    path: '/api/v1/projects/{projectUuid}/semantic-layer-connection',
    tool: 'delete_project_semantic_layer_connection',
    title: 'Disconnect the semantic layer',
    description: 'Removes the semantic layer connection of a project.',
    input: () => ({ projectUuid: projectUuid() }),
    irreversible: true,
    releaseNote: {
      status: 'gone',
      note: 'Lightdash has no connections to semantic layers any more: there is none to remove.',
    },
  }),
  operation({
    id: 'createSshKeyPair',
    mayAnswerEmpty: true,
    method: 'POST',
    path: '/api/v1/ssh/key-pairs',
    tool: 'create_ssh_key_pair',
    title: 'Create an SSH key pair',
    description: 'Makes a key pair for SSH tunnels to a warehouse and gives its public key.',
    input: () => ({}),
    auth: 'session',
  }),
] as const;
