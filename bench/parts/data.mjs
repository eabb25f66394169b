export async function dataPart() { return { title: 'data', results: [] } }
