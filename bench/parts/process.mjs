export async function processPart() { return { title: 'process', results: [] } }
