using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A prediction to request from a model at a word of a row.</summary>
/// <param name="Place">The index of the word after which to predict, from 0.</param>
/// <param name="Output">The right word.</param>
/// <param name="Against">A wrong word.</param>
internal readonly record struct TextTarget(int Place, string Output, string Against);

/// <summary>A row in which the task occurs, and a row as similar as possible in which it does not.</summary>
internal sealed record TextPair(string[] Positive, string[] Negative, params TextTarget[] Targets);

/// <summary>A task for small language models.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The model.</param>
/// <param name="Text">Creates a training text: words separated by spaces.</param>
/// <param name="Pair">Creates examples for methods that find circuits.</param>
internal sealed record TextTask(string Name, TransformerConfig Shape, Func<Random, string[]> Text, Func<Random, TextPair> Pair);

/// <summary>
/// Tasks whose circuits several heads share: two-digit arithmetic with carries, sorting, lookup, repetition.
/// </summary>
internal static class TextTasks
{
    private const string Letters = "abcdefghijklmnopqrst";

    /// <summary>Tasks used while the finder was developed.</summary>
    public static TextTask[] Known() =>
    [
        new("addition, units first: the tens after a carry", Shape(2, 4, 96), random =>
            Sum(Digits(random), Digits(random), true), random => Carry(random, true)),
        new("the same in one layer", Shape(1, 8, 96), random => Sum(Digits(random), Digits(random), true), random => Carry(random, true)),
        new("addition modulo 17", Shape(1, 4, 96), random => Modular(random.Next(17), random.Next(17), 17), random =>
            ModularPair(random, 17)),
        new("sorting of four digits", Shape(2, 4, 96), random => Sorted(Distinct(random, 10, 4)), SortedPair),
        new("looking up letters' digits", Shape(2, 4, 0), random => LookUp(random).Positive, LookUp),
        new("the largest of five", Shape(1, 8, 96), random => Largest(random).Positive, random => WithoutAnswer(Largest(random))),
        new("repetition with letters that occur twice", Shape(2, 4, 0), random => Repetition(random).Positive, Repetition),
        new("subtraction, units first: the tens after a borrow", Shape(2, 8, 96), random => Difference(random).Positive, random =>
            Borrow(random)),
        new("addition with eight heads a layer", Shape(2, 8, 96), random => Sum(Digits(random), Digits(random), true), random =>
            Carry(random, true)),
        new("addition in three layers", Shape(3, 8, 192), random => Sum(Digits(random), Digits(random), true), random =>
            Carry(random, true)),
    ];

    /// <summary>Tasks evaluated once, after the finder was finished.</summary>
    public static TextTask[] HeldOut() =>
    [
        new("addition, hundreds first: the tens with a carry", Shape(2, 8, 96), random =>
            Sum(Digits(random), Digits(random), false), random => Carry(random, false)),
        new("addition by attention only, units first: the tens after a carry", Shape(3, 4, 0), random =>
            Sum(Digits(random), Digits(random), true), random => Carry(random, true)),
        new("reversal of five letters", Shape(2, 4, 96), random => Reversal(Pick(random, 5)), ReversalPair),
        new("whether brackets are balanced", Shape(2, 6, 96), random => Brackets(random).Positive, random =>
            WithoutAnswer(Brackets(random))),
        new("which of two letters is more frequent", Shape(1, 4, 96), random => Majority(random).Positive, random =>
            WithoutAnswer(Majority(random))),
        new("which of two numbers of two digits is larger", Shape(2, 4, 96), random => Larger(random).Positive, random =>
            WithoutAnswer(Larger(random))),
        new("copying of six letters", Shape(3, 4, 96), random => Copy(Pick(random, 6)), CopyPair),
        new("the letter that occurs twice", Shape(2, 8, 96), random => Twice(random).Positive, random => WithoutAnswer(Twice(random))),
    ];

    private static TransformerConfig Shape(int layers, int heads, int mlp) => new()
    {
        Layers = layers,
        Heads = heads,
        ModelWidth = 48,
        HeadWidth = 48 / heads,
        MlpWidth = mlp,
        Context = 24,
    };

    private static string[] Words(string text) => text.Split(' ');

    private static int Digits(Random random) => random.Next(100);

    // 4 7 + 3 8 = 5 8 0, or 0 8 5.
    private static string[] Sum(int first, int second, bool unitsFirst)
    {
        var sum = first + second;
        int[] answer = [sum % 10, sum / 10 % 10, sum / 100];
        return Words($"{first / 10} {first % 10} + {second / 10} {second % 10} = {string.Join(' ', unitsFirst ? answer : answer.Reverse())}");
    }

    private static TextPair Carry(Random random, bool unitsFirst)
    {
        int first, second, without;
        do
        {
            (first, second) = (Digits(random), Digits(random));
        }
        while ((first % 10) + (second % 10) < 10);
        without = random.Next(10 - (first % 10));
        var (positive, negative) = (Sum(first, second, unitsFirst), Sum(first, (second / 10 * 10) + without, unitsFirst));
        // All words up to the tens.
        var tens = (first + second) / 10 % 10;
        return new(positive[..7], negative[..7], new TextTarget(6, $"{tens}", $"{(tens + 9) % 10}"));
    }

    private static string[] Minus(int first, int second) =>
        Words($"{first / 10} {first % 10} - {second / 10} {second % 10} = {(first - second) % 10} {(first - second) / 10}");

    private static TextPair Difference(Random random)
    {
        var (one, other) = (Digits(random), Digits(random));
        return new(Minus(Math.Max(one, other), Math.Min(one, other)), []);
    }

    private static TextPair Borrow(Random random)
    {
        int first, second;
        do
        {
            (first, second) = (random.Next(10, 100), Digits(random));
        }
        while (first <= second || first % 10 >= second % 10);
        var tens = (first - second) / 10;
        return new(Minus(first, second)[..7], Minus(first, (second / 10 * 10) + random.Next((first % 10) + 1))[..7],
            new TextTarget(6, $"{tens}", $"{(tens + 1) % 10}"));
    }

    private static string[] Modular(int first, int second, int modulus) => Words($"n{first} n{second} = n{(first + second) % modulus}");

    private static TextPair ModularPair(Random random, int modulus)
    {
        var (first, second) = (random.Next(modulus), random.Next(1, modulus));
        return new(Modular(first, second, modulus)[..3], Modular(first, 0, modulus)[..3],
            new TextTarget(2, $"n{(first + second) % modulus}", $"n{first}"));
    }

    private static int[] Distinct(Random random, int values, int count) =>
        [.. Enumerable.Range(0, values).OrderBy(_ => random.Next()).Take(count)];

    private static string[] Sorted(int[] digits) => Words($"{string.Join(' ', digits)} > {string.Join(' ', digits.Order())}");

    private static TextPair SortedPair(Random random)
    {
        var digits = Distinct(random, 10, 4);
        var sorted = digits.Order().ToArray();
        var targets = Enumerable.Range(0, 3).Select(place => new TextTarget(4 + place, $"{sorted[place]}", $"{sorted[place + 1]}"));
        return new(Sorted(digits), Sorted([.. Enumerable.Repeat(digits[0], 4)]), [.. targets]);
    }

    private static TextPair LookUp(Random random)
    {
        var keys = Pick(random, 8);
        var digits = Distinct(random, 10, 4);
        string[] Pairs(IEnumerable<int> places, int skipped = 0) =>
            [.. places.SelectMany(place => new[] { keys[place + skipped], $"{digits[place]}" })];
        var asked = Distinct(random, 4, 4);
        string[] row = [.. Pairs(Enumerable.Range(0, 4)), "?"];
        var targets = asked.Select((place, number) => new TextTarget(9 + (2 * number), $"{digits[place]}", $"{digits[(place + 1) % 4]}"));
        return new([.. row, .. Pairs(asked)], [.. row, .. Pairs(asked, 4)], [.. targets]);
    }

    private static TextPair Largest(Random random)
    {
        var digits = Distinct(random, 12, 5);
        var sorted = digits.Order().ToArray();
        string[] Row(IEnumerable<int> values) => [.. values.Select(value => $"n{value}"), "=", $"n{values.Max()}"];
        return new(Row(digits), Row(Enumerable.Repeat(digits[0], 5)), new TextTarget(5, $"n{sorted[4]}", $"n{sorted[3]}"));
    }

    private static TextPair Repetition(Random random)
    {
        const int Part = 8;
        string[] part;
        do
        {
            part = [.. Enumerable.Range(0, Part).Select(_ => $"{Letters[random.Next(Letters.Length)]}")];
        }
        while (part.Distinct().Count() is var distinct && (distinct < Part - 2 || distinct == Part));
        string[] other = [.. Enumerable.Range(0, Part).Select(_ => $"{Letters[random.Next(Letters.Length)]}")];
        var targets = Enumerable.Range(2, Part - 3)
            .Select(place => new TextTarget(Part + place, part[place + 1], part[place + 1] == part[place] ? part[place - 1] : part[place]));
        return new([.. part, .. part], [.. part, .. other], [.. targets]);
    }

    private static string[] Pick(Random random, int count) =>
        [.. Distinct(random, Letters.Length, count).Select(letter => $"{Letters[letter]}")];

    private static string[] Reversal(string[] letters) => [.. letters, "|", .. letters.Reverse()];

    private static TextPair ReversalPair(Random random)
    {
        var letters = Pick(random, 5);
        return new(Reversal(letters), Reversal([.. Enumerable.Repeat(letters[0], 5)]),
            [.. Enumerable.Range(0, 5).Select(place => new TextTarget(5 + place, letters[4 - place], letters[(5 - place) % 5]))]);
    }

    private static string[] Copy(string[] letters) => [.. letters, "|", .. letters];

    private static TextPair CopyPair(Random random)
    {
        var letters = Pick(random, 6);
        return new(Copy(letters), Copy([.. Enumerable.Repeat(letters[0], 6)]),
            [.. Enumerable.Range(0, 6).Select(place => new TextTarget(6 + place, letters[place], letters[(place + 1) % 6]))]);
    }

    // Both answers are equally frequent; a positive row has one answer and its negative row the other.
    private static TextPair Brackets(Random random)
    {
        var balanced = random.Next(2) == 0;
        var (row, other) = (BracketRow(random, balanced), BracketRow(random, !balanced));
        return new([.. row, ":", Said(balanced)], [.. other, ":", Said(!balanced)], new TextTarget(8, Said(balanced), Said(!balanced)));
    }

    private static string Said(bool answer) => answer ? "yes" : "no";

    private static string[] BracketRow(Random random, bool balanced)
    {
        while (true)
        {
            string[] row = Words("( ( ( ( ) ) ) )");
            random.Shuffle(row);
            var depth = 0;
            if (row.All(bracket => (depth += bracket == "(" ? 1 : -1) >= 0) == balanced)
            {
                return row;
            }
        }
    }

    private static TextPair Majority(Random random)
    {
        var first = random.Next(2) == 0;
        string[] Row(int count)
        {
            string[] row = [.. Enumerable.Range(0, 7).Select(place => place < count ? "a" : "b")];
            random.Shuffle(row);
            return [.. row, "=", count > 3 ? "a" : "b"];
        }
        return new(Row(first ? random.Next(4, 8) : random.Next(4)), Row(first ? random.Next(4) : random.Next(4, 8)),
            new TextTarget(7, first ? "a" : "b", first ? "b" : "a"));
    }

    private static TextPair Larger(Random random)
    {
        var (one, other) = (Digits(random), Digits(random));
        string[] Row(int left, int right) =>
            Words($"{left / 10} {left % 10} ? {right / 10} {right % 10} = {(left > right ? "left" : "right")}");
        return new(Row(one, other), Row(other, one), new TextTarget(5, one > other ? "left" : "right", one > other ? "right" : "left"));
    }

    private static TextPair Twice(Random random)
    {
        var letters = Pick(random, 7);
        string[] Row(string twice)
        {
            string[] row = [.. letters[..5], twice];
            random.Shuffle(row);
            return [.. row, "=", twice];
        }
        return new(Row(letters[0]), Row(letters[5]), new TextTarget(6, letters[0], letters[1]));
    }

    private static TextPair WithoutAnswer(TextPair pair) => pair with { Positive = pair.Positive[..^1], Negative = pair.Negative[..^1] };
}
