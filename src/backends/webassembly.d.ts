/** The part of WebAssembly's JavaScript interface that is used here: Node and browsers have it, TypeScript declares it only with the DOM. */
declare namespace WebAssembly {
  interface Module {}
  interface Instance {
    readonly exports: Record<string, unknown>
  }
  interface Memory {
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  const Memory: new (descriptor: { initial: number; maximum?: number; shared?: boolean }) => Memory
  const Module: new (bytes: ArrayBuffer | ArrayBufferView) => Module
  const Instance: new (module: Module, imports: Record<string, Record<string, unknown>>) => Instance
  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>
  function validate(bytes: ArrayBuffer | ArrayBufferView): boolean
  function instantiate(module: Module, imports: Record<string, Record<string, unknown>>): Promise<Instance>
}
