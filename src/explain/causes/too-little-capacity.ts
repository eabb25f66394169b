/** A layer of one or two units, through which all that is learned must pass. docs/causes/too-little-capacity.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

const fewUnits = 3

export const tooLittleCapacity: Cause = {
  id: 'too-little-capacity',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'capacity',
      'summary': 'The network is too small: its narrowest hidden layer has {units:count} units, and all that it learns must pass them.',
      'summary.one': 'The network is too small: a hidden layer has a single unit, and all that it learns must pass it.',
      'fix': 'room for more than one bend',
      'ruled-out': 'the narrowest hidden layer has {units:count} units',
    },
    zh: {
      'name': '容量',
      'summary': '网络太小：最窄的隐藏层只有 {units:count} 个单元，学到的一切都要从中通过。',
      'summary.one': '网络太小：有一个隐藏层只有一个单元，学到的一切都要从中通过。',
      'fix': '容得下不止一处弯曲',
      'ruled-out': '最窄的隐藏层有 {units:count} 个单元',
    },
  },
  check({ experiment: { network, settings } }) {
    const hidden = network.layers.slice(0, -1)
    const units = Math.min(...hidden.map(layer => layer.units))
    if (hidden.length === 0 || units > fewUnits) return null
    const wide = settings.network.hidden.map(one => Math.max(one, 32))
    const fixes = [settingsFix({ network: { hidden: wide } }, say('fix'), { flags: [`--hidden ${wide.join(',')}`], python: `hidden = ${JSON.stringify(wide)}`, matlab: `hidden = [${wide.join(' ')}];` })]
    // A single unit that is dead, or starts badly, is what being so few means.
    return { weight: units === 1 ? 0.71 : 0.51, summary: say(units === 1 ? 'summary.one' : 'summary', { units }), cells: [], evidence: { units }, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut({ experiment: { network }, incident }) {
    const hidden = network.layers.slice(0, -1)
    return incident !== null || hidden.length === 0 ? null : say('ruled-out', { units: Math.min(...hidden.map(layer => layer.units)) })
  },
}
