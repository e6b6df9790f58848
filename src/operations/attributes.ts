import * as z from 'zod';
import { listedGroup, listedUser, uuid } from './fields.ts';
import { operation } from './operation.ts';

const userAttributeUuid = () => uuid('get_user_attributes');
const value = () => z.union([z.string(), z.array(z.string()).min(1)]);
const name = () => z.string().min(1).describe('Letters, digits and _; what the model refers to');
const attribute = () => ({
  description: z.string().optional(),
  attributeDefault: value().nullable().optional().describe('Value for everyone else; null for none'),
  users: z
    .array(z.strictObject({ userUuid: listedUser(), value: value() }))
    .optional()
    .describe('Several values as a list'),
  groups: z.array(z.strictObject({ value: value(), groupUuid: listedGroup() })).optional(),
});

type Value = string | readonly string[];

/** Several values exist since 0.3243; a single one is sent as every release takes it. */
const valuesBody = (written: Value): { readonly value?: string | undefined; readonly values?: Value } => {
  const [first, ...others] = typeof written === 'string' ? [written] : written;
  return others.length === 0 ? { value: first } : { values: written };
};

const defaultBody = (written: Value | null) => {
  const { value: only = null, values } = written === null ? {} : valuesBody(written);
  return values === undefined ? { attributeDefault: only } : { attributeDefaults: values };
};

type Attribute = z.output<z.ZodObject<ReturnType<typeof attribute>>> & { readonly name?: string | undefined };

/** The whole attribute: Lightdash replaces what there is by it. */
const body = ({ name, description, attributeDefault = null, users = [], groups = [] }: Attribute) => ({
  name,
  ...(description !== undefined && { description }),
  ...defaultBody(attributeDefault),
  users: users.map(({ value: written, ...holder }) => ({ ...holder, ...valuesBody(written) })),
  groups: groups.map(({ value: written, ...holder }) => ({ ...valuesBody(written), ...holder })),
});

/** Operations on user attributes, which limit rows per person. */
export const attributes = [
  operation({
    id: 'getUserAttributes',
    method: 'GET',
    path: '/api/v1/org/attributes',
    tool: 'get_user_attributes',
    title: 'List user attributes: row-level security',
    description:
      'Attributes (restrictions) that decide which rows and fields people see, with their values by person and group.',
    input: () => ({}),
  }),
  operation({
    id: 'createUserAttribute',
    method: 'POST',
    path: '/api/v1/org/attributes',
    tool: 'create_user_attribute',
    title: 'Create a user attribute: people see only rows of their region',
    description:
      'Creates an attribute with a value for each person and group listed, to limit what each user sees (only their region) or hide data.',
    input: () => ({ name: name(), ...attribute() }),
    body,
  }),
  operation({
    id: 'updateUserAttribute',
    method: 'PUT',
    path: '/api/v1/org/attributes/{userAttributeUuid}',
    tool: 'update_user_attribute',
    title: 'Change a user attribute: which rows or regions people may see',
    description:
      'Changes an attribute of people. What is left out stays; a list replaces all its values: who is not in it loses theirs.',
    input: () => ({ userAttributeUuid: userAttributeUuid(), name: name().optional(), ...attribute() }),
    body,
  }),
  operation({
    id: 'removeUserAttribute',
    method: 'DELETE',
    path: '/api/v1/org/attributes/{userAttributeUuid}',
    tool: 'remove_user_attribute',
    title: 'Delete a user attribute',
    description: 'Deletes an attribute; models that require it hide their rows and fields from everyone.',
    input: () => ({ userAttributeUuid: userAttributeUuid() }),
    irreversible: true,
  }),
] as const;
