"""
Tables as people bring them, each with what its question was about in it or beside it: text and numbers as their programs wrote
them. Nothing here knows what is made of them.
Run as: python3 tables.py FOLDER
"""
import csv
import os
import sys

import numpy as np

folder = sys.argv[1]


def table(name, header, rows):
    with open(os.path.join(folder, name + '.csv'), 'w', newline='') as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


def numbers(x, y=(), digits=6):
    """Rows as text would hold them: inputs, then the target."""
    return [[float(f'{v:.{digits}g}') for v in np.append(x[i], y[i] if len(y) else [])] for i in range(len(x))]


def beside(x, labels):
    return [row + [str(label)] for row, label in zip(numbers(x), labels)]


def but(rows, *cells):
    """These rows with cells as text: (row, column, text), from 1."""
    rows = [list(row) for row in rows]
    for row, column, text in cells:
        rows[row - 1][column - 1] = text
    return rows


def draws(seed, rows, columns):
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=(rows, columns))


# Customers who stay or leave, by products of what is known of them.
rng, x = draws(101, 1500, 6)
table('churn', ['f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'status'], beside(x, np.where((x[:, 0] * x[:, 1] > 0) ^ (x[:, 2] > 0.3), 'stay', 'leave')))

rng, x = draws(102, 800, 4)
table('plant', ['a', 'b', 'c', 'd', 'y'], numbers(x, x[:, 0] - 2 * x[:, 1] + 0.5 * x[:, 2] ** 2 + rng.normal(size=800) * 0.2))

rng = np.random.default_rng(103)
kind = rng.integers(0, 3, 600)
x = rng.normal(size=(600, 4)) * 0.6 + np.array([[0, 0, 0, 0], [2, 1, 0, 1], [1, 3, 1, 0]])[kind]
table('flowers', ['sl', 'sw', 'pl', 'pw', 'species'], beside(x, np.array(['setosa', 'versicolor', 'virginica'])[kind]))

rng = np.random.default_rng(105)
age, salary, tenure = rng.integers(20, 65, 500), rng.normal(60000, 15000, 500).round(), rng.integers(0, 30, 500)
table('staff', ['age', 'salary', 'tenure', 'score'], numbers(np.c_[age, salary, tenure], 0.2 * age + salary / 20000 + 0.1 * tenure + rng.normal(size=500) * 0.3))

rng, x = draws(107, 900, 5)
price = 250000 + 60000 * x[:, 0] - 30000 * x[:, 1] + 20000 * x[:, 2] * x[:, 3] + rng.normal(size=900) * 8000
table('houses', ['quality', 'distance', 'size', 'light', 'noise', 'price'], numbers(x, price))

rng, x = draws(108, 700, 3)
table('smooth', ['u', 'v', 'w', 'y'], numbers(x, 2 * x[:, 0] + np.tanh(x[:, 1]) + rng.normal(size=700) * 0.1))

# Kilometres by litres, two of which are 0.
rng = np.random.default_rng(110)
way = rng.uniform(1, 500, 1200)
litres = way * 0.07 + rng.normal(size=1200) * 0.2
each = rng.normal(1.5, 0.2, 1200)
rows = numbers(np.c_[way, each, way / litres], way * 0.07 * each + rng.normal(size=1200) * 0.1)
table('fuel', ['km', 'price', 'km_per_l', 'cost'], but(rows, (334, 3, 'inf'), (802, 3, 'inf')))

rng, x = draws(111, 900, 4)
rows = numbers(x, x[:, 0] + x[:, 1] ** 2 + rng.normal(size=900) * 0.1)
header = ['a', 'b', 'c', 'd', 'y']
table('words', header, but(rows, (78, 1, '?'), (121, 3, 'NA'), (641, 3, '#N/A')))
table('comma', header, but(rows, (412, 4, '1,5')))
table('two_columns', header, but(rows, (18, 1, ''), (701, 4, 'nan')))
table('memo', ['memo'] + header, [['' if i % 50 == 3 else i] + row for i, row in enumerate(rows)])
table('first_year', header, rows[:700])
table('later', header, but(rows[700:], (41, 2, 'NaN')))
table('answers_missing', header, but(rows, (6, 5, ''), (823, 5, 'NULL')))
table('sentinel', header, but(rows, (500, 2, '1e200')))

rng, x = draws(117, 800, 4)
euro = 3 * x[:, 0] + rng.normal(size=800) * 2
table('amounts', ['a', 'b', 'c', 'd', 'amount_usd', 'amount_eur'], numbers(np.c_[x, 1.1 * euro], euro, 9))

# Drawn with replacement before it was split: half of one table stands in the other.
rng, x = draws(118, 160, 6)
rows = numbers(x, rng.normal(size=160) + 0.3 * x[:, 0])
table('split', list('abcdef') + ['y'], rows)
table('split_again', list('abcdef') + ['y'], rows[:90])

# Inputs and targets that were sorted apart.
rng, x = draws(119, 1000, 5)
y = x[:, 0] * 2 + x[:, 1]
rng.shuffle(y)
table('shuffled', list('abcde') + ['y'], numbers(x, y))
table('animals', list('abcde') + ['animal'], beside(x, rng.choice(['cat', 'dog'], 1000)))

rng, x = draws(121, 700, 3)
z = rng.normal(size=(200, 3)) + [4, 3, 0]
table('weather_2021', ['t', 'h', 'p', 'out'], numbers(x, np.sin(1.5 * x[:, 0]) * 3 + x[:, 1] ** 2))
table('weather_2024', ['t', 'h', 'p', 'out'], numbers(z, np.sin(1.5 * z[:, 0]) * 3 + z[:, 1] ** 2))

rng = np.random.default_rng(129)
x = rng.uniform(-1, 1, size=(800, 2))
table('product', ['x1', 'x2', 'y'], numbers(x, x[:, 0] * x[:, 1] * 4 + rng.normal(size=800) * 0.05))

rng, x = draws(132, 3000, 5)
table('fraud', list('abcde') + ['label'], beside(x, np.where(x[:, 0] + x[:, 1] > 2.9, 'fraud', 'ok')))

rng, x = draws(136, 600, 3)
table('large_inputs', ['a', 'b', 'c', 't'], numbers(50 * x, (x[:, 0] > 0).astype(int)))

rng, x = draws(141, 1500, 4)
table('heavy_tails', ['a', 'b', 'c', 'd', 'y'], numbers(x, x[:, 0] * 2 + x[:, 1] + rng.standard_t(2.2, size=1500) * 0.5))

rng, x = draws(142, 1000, 3)
table('income', ['a', 'b', 'c', 'income'], numbers(x, np.exp(x[:, 0] * 1.2 + 9)))

rng, x = draws(143, 1200, 2)
region = rng.choice(['north', 'south', 'east', 'west'], 1200)
sales = np.select([region == 'north', region == 'south', region == 'east'], [2, -2, 1], 0) + x[:, 0] + rng.normal(size=1200) * 0.4
table('sales', ['region', 'a', 'b', 'sales'], [[str(where)] + row for where, row in zip(region, numbers(x, sales))])
