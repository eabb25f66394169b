/** Lines of NumPy and MATLAB that fixes are given in, run where a program of such a kind would have its variables. */
import { spawnSync } from 'node:child_process'
import { program } from '../../requirements.ts'

/** What programs call their things: a table of 5,000 rows and 60 columns, its rows by number, a batch, weights, a loss. */
const python = `
import sys, json, warnings
import numpy as np
warnings.filterwarnings('ignore')
class Anything:
    def __getattr__(self, name): return lambda *given, **named: self
def names():
    rng = np.random.default_rng(0)
    d, v = rng.normal(size=(5000, 60)), rng.normal(size=(300, 60))
    z, o, w, g = rng.normal(size=(30, 4)), rng.normal(size=30), rng.uniform(size=30), rng.normal(size=8)
    return dict(np=np, rng=rng, d=d, v=v, x=d[:, :3], X=d[:, :3], guess=rng.integers(0, 2, (30, 4)), share=0.5, y=rng.integers(0, 2, (30, 4)), z=z, o=o, t=1, e=w, w=w, s=1.0, g=g, m=g, terms=o,
        weights=[g], order=np.arange(5000), n=5000, batch=20, inputs=3, units=4, learning_rate=0.1, loss=0.5, model=Anything(), optimizer=Anything(), scaler=Anything(), torch=Anything())
failed = []
for line in json.load(sys.stdin):
    try: exec(line, names())
    except Exception as error: failed.append(f'{line}: {error!r}')
print(json.dumps(failed))
`
const octave = `
warning('off', 'all');
lines = jsondecode(fgetl(stdin)); failed = {};
for k = 1:numel(lines)
  rand('seed', 1); randn('seed', 1);
  T = randn(5000, 60); V = randn(300, 60); X = T(:,1:3); z = randn(30, 4); y = rand(30, 4) > 0.5; o = randn(30, 1); w = rand(30, 1); e = w; s = 1; g = randn(8, 1); m = g; guess = randn(30, 4) > 0; share = 0.5;
  terms = o; weights = {g}; order = 1:5000; n = 5000; batch = 20; inputs = 3; units = 4; t = 1; learningRate = 0.1; loss = 0.5; net = []; predict = @(varargin) 0; rmmissing = @(A) A(~any(isnan(A), 2), :);
  try, evalc(lines{k}); catch error, failed{end + 1} = [lines{k} ': ' error.message]; end
end
printf('%s\\n', jsonencode(failed));
`

/** Those of the lines that do not run, each with what was said; null where the program is missing. */
export function failing(language: 'python' | 'octave', lines: readonly string[]): unknown {
  const command = program(language)
  if (command === null) return null
  const given = language === 'python' ? ['-c', python] : ['--no-gui', '--quiet', '--eval', octave]
  const { stdout, stderr, status } = spawnSync(command, given, { input: `${JSON.stringify(lines)}\n`, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}
