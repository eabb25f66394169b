export async function auditCommand(..._a: unknown[]): Promise<number> { return 1 }
