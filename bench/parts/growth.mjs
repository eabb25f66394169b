export async function growthPart() { return { title: 'growth', results: [] } }
