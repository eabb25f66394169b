/** What only browsers have: web workers. */
export { platform } from './platform.ts'
