import * as z from 'zod';
import { uuid } from './fields.ts';
import { operation } from './operation.ts';

/** Operations on the own user, its tokens and its warehouse credentials. */
export const account = [
  operation({
    id: 'GetAuthenticatedUser',
    method: 'GET',
    path: '/api/v1/user',
    tool: 'get_authenticated_user',
    title: 'Who am I: my role, rights and permissions',
    description: 'Your own user: name, email, organization, role, and your permissions: what you are allowed to do.',
    input: () => ({}),
  }),
  operation({
    id: 'getLoginOptions',
    method: 'GET',
    path: '/api/v1/user/login-options',
    tool: 'get_login_options',
    title: 'List sign-in options',
    description: 'How an email address may sign in: password or which single sign-on.',
    input: () => ({ email: z.string().optional() }),
    auth: 'none',
  }),
  operation({
    id: 'RegisterUser',
    method: 'POST',
    path: '/api/v1/user',
    tool: 'register_user',
    title: 'Register a user',
    description:
      'Creates an account, with an email address or by an invite code. The password passes through this conversation.',
    input: () => ({
      firstName: z.string().min(1),
      lastName: z.string().min(1),
      password: z.string().min(8).describe('8 characters or more, with a letter and a digit or symbol'),
      email: z.string().optional(),
      inviteCode: z.string().optional(),
    }),
    auth: 'none',
  }),
  operation({
    id: 'ListMyAvailableOrganizations',
    method: 'GET',
    path: '/api/v1/user/me/allowedOrganizations',
    tool: 'list_my_available_organizations',
    title: 'List organizations to join',
    description: 'Organizations that your email domain lets you join.',
    input: () => ({}),
    releaseNote: { status: 'changed', note: 'The number of members comes as text.' },
  }),
  operation({
    id: 'JoinOrganization',
    method: 'POST',
    path: '/api/v1/user/me/joinOrganization/{organizationUuid}',
    tool: 'join_organization',
    title: 'Join an organization',
    description: 'Joins an organization that your verified email domain allows.',
    input: () => ({ organizationUuid: uuid('list_my_available_organizations') }),
    idempotent: true,
  }),
  operation({
    id: 'CreateEmailOneTimePasscode',
    method: 'PUT',
    path: '/api/v1/user/me/email/otp',
    tool: 'create_email_one_time_passcode',
    title: 'Send an email passcode',
    description: 'Sends a passcode to your email address to verify it.',
    input: () => ({}),
    idempotent: false,
    auth: 'session',
  }),
  operation({
    id: 'GetEmailVerificationStatus',
    method: 'GET',
    path: '/api/v1/user/me/email/status',
    tool: 'get_email_verification_status',
    title: 'Verify my email address',
    description: 'Whether your email address is verified; with the passcode, verifies it.',
    input: () => ({ passcode: z.string().optional() }),
    writeArguments: ['passcode'],
    auth: 'session',
  }),
  operation({
    id: 'Rotate personal access token',
    method: 'PATCH',
    path: '/api/v1/user/me/personal-access-tokens/{personalAccessTokenUuid}/rotate',
    tool: 'rotate_personal_access_token',
    title: 'Rotate a personal access token',
    description:
      'Renews a token of yours before it expires: the old one stops working at once. Only tokens that expire, once an hour.',
    input: () => ({
      personalAccessTokenUuid: z.string().min(1).describe('From list_personal_access_tokens'),
      expiresAt: z
        .string()
        .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'should be a date such as 2027-06-01T00:00:00Z' })
        .describe('ISO date in the future'),
    }),
    destructive: true,
    irreversible: true,
  }),
  operation({
    id: 'DeleteMe',
    method: 'DELETE',
    path: '/api/v1/user/me',
    tool: 'delete_me',
    title: 'Delete my account',
    description: 'Deletes your own account. Only organization admins may, unless there is no other.',
    input: () => ({}),
    auth: 'session',
    irreversible: true,
  }),
] as const;
