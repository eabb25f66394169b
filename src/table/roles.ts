/** What a table's name says of its part: training, validation or test, inputs or targets. */

export type Role = 'training' | 'validation' | 'test'
export type Side = 'inputs' | 'targets'

export interface NameParts {
  readonly role: Role | null
  readonly side: Side | null
  /** What is left of the name without the words for role and side: the same for tables that belong together. */
  readonly stem: string
}

const roleWords = new Map<string, Role>([
  ...['train', 'training', 'trn', 'tr'].map(word => [word, 'training'] as const),
  ...['validation', 'validate', 'valid', 'val', 'dev', 'holdout', 'eval', 'evaluation'].map(word => [word, 'validation'] as const),
  ...['test', 'testing', 'tst', 'te'].map(word => [word, 'test'] as const),
])
const sideWords = new Map<string, Side>([
  ...['x', 'input', 'inputs', 'feature', 'features'].map(word => [word, 'inputs'] as const),
  ...['y', 'target', 'targets', 'label', 'labels', 'output', 'outputs', 'response'].map(word => [word, 'targets'] as const),
])

/** Words that are written together: Xtrain, ytest, trainset, valdata. */
const leading = /^(x|y)(train|training|trn|tr|test|testing|tst|te|val|valid|validation|dev)$/
const trailing = new RegExp('^(train|training|test|testing|val|valid|validation|dev)'
  + '(x|y|data|set|input|inputs|target|targets|features|labels|output|outputs)$')

/** Takes a name apart at signs, digits and capitals: `X_train`, `trainX`, `training_data_pos`, `X.train`. */
export function nameParts(name: string): NameParts {
  let role: Role | null = null
  let side: Side | null = null
  const rest: string[] = []
  for (const word of words(name.slice(0, 256))) {
    const asRole = roleWords.get(word)
    const asSide = sideWords.get(word)
    if (asRole !== undefined && role === null) role = asRole
    else if (asSide !== undefined && side === null) side = asSide
    else if (word !== 'data' && word !== 'set') rest.push(word)
  }
  return { role, side, stem: rest.join(' ') }
}

/** A name without its words for a role, the same for both tables of a pair: `y` of y_train and of ytest. Without such words it stays as it is. */
export function nameWithoutRole(name: string): string {
  const parts = words(name.slice(0, 256))
  const rest = parts.filter(word => !roleWords.has(word))
  return rest.length === 0 || rest.length === parts.length ? name : rest.join('_')
}

function words(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap(word => leading.exec(word)?.slice(1) ?? trailing.exec(word)?.slice(1) ?? [word])
    .filter(word => word !== '')
}
