declare const __WHYNAN_VERSION__: string | undefined

/** The package's version; `0.0.0-source` when run from the sources, in tests. */
export const version = typeof __WHYNAN_VERSION__ === 'string' ? __WHYNAN_VERSION__ : '0.0.0-source'
