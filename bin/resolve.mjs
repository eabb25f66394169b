export const resolve = name => import.meta.resolve(name)
