export async function explainCommand(..._a: unknown[]): Promise<number> { return 1 }
