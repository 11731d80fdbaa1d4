// Carries out a request and words its errors as GitLab does.
import { type DocumentNode, execute, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import type { Resolving } from './context.js';
import { resolveField } from './resolvers/index.js';
import { schema } from './schema.js';

export interface GraphQLRequest {
  query: string | undefined;
  variables: Record<string, unknown>;
  operationName: string | undefined;
}

interface GraphQLAnswer {
  data?: unknown;
  errors?: GraphQLFormattedError[];
}

export async function answer(request: GraphQLRequest, on: Resolving): Promise<GraphQLAnswer> {
  if (!request.query?.trim()) return { errors: [{ message: 'No query string was present' }] };
  let document: DocumentNode;
  try {
    document = parse(request.query);
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error.toJSON()] };
    throw error;
  }
  const faults = validate(schema, document);
  if (faults.length > 0) return { errors: faults.map(validationError) };
  const { data, errors } = await execute({
    schema,
    document,
    contextValue: on,
    fieldResolver: resolveField,
    variableValues: request.variables,
    operationName: request.operationName,
  });
  for (const { originalError } of errors ?? []) {
    if (originalError && !(originalError instanceof GraphQLError)) throw originalError;
  }
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(executionError) }) };
}

function validationError(error: GraphQLError): GraphQLFormattedError {
  const { message, locations } = error.toJSON();
  const at = locations ? { locations } : {};
  const [, field, type] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message) ?? [];
  if (field && type) {
    const extensions = { code: 'undefinedField', typeName: type, fieldName: field };
    return { message: `Field '${field}' doesn't exist on type '${type}'`, ...at, extensions };
  }
  const [, argument, owner, name] = /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/.exec(message) ?? [];
  if (argument && owner && name) {
    const extensions = { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName: argument };
    return { message: `Field '${name}' doesn't accept argument '${argument}'`, ...at, extensions };
  }
  const [, missingOn, missing] = /^Field "(\w+)" argument "(\w+)" of type .* is required/.exec(message) ?? [];
  if (missingOn && missing) {
    const extensions = { code: 'missingRequiredArguments', className: 'Field', name: missingOn, arguments: missing };
    return { message: `Field '${missingOn}' is missing required arguments: ${missing}`, ...at, extensions };
  }
  return { message, ...at };
}

function executionError(error: GraphQLError): GraphQLFormattedError {
  const { message, locations, path } = error.toJSON();
  const at = { ...(locations && { locations }), ...(path && { path }) };
  const [, variable, explanation] = /^Variable "\$(\w+)" (?:got|of) (.*)$/s.exec(message) ?? [];
  if (!variable || !explanation) return { message, ...at };
  const reason = explanation.split('; ').at(-1) ?? explanation;
  return {
    message: `Variable $${variable} was provided invalid value`,
    ...at,
    extensions: { problems: [{ path: [], explanation: reason }] },
  };
}
