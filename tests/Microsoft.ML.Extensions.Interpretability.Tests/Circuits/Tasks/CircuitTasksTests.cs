using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits.Tasks;

[TestClass]
public sealed class CircuitTasksTests
{
    private const string Names = "Mary John Tom James";
    private const string Arguments = "data name file value test result line user key path output node item url model";
    private const string Described = "price control cost issue process course age force";

    private static readonly TransformerTokenizer Words = SmallGpt2Tokenizer.OfWords(
        $"{Names} store park drink ring {Arguments} {Described}");
    private static readonly TransformerTokenizer Years = SmallGpt2Tokenizer.OfYears();
    private static readonly TransformerTokenizer Characters = TransformerTokenizer.OfCharacters(
        ["[start]", "[pad]", "[end]", "(", ")"], "[start]", "[end]");

    [TestMethod]
    public void AllTasks_PairExamplesOfEqualLengthWithTargetsInPositivesOnly()
    {
        foreach (var negatives in Enum.GetValues<CircuitNegatives>())
        {
            foreach (var task in All(20, 1, negatives))
            {
                Assert.HasCount(20, task.Positives);
                Assert.HasCount(20, task.Negatives);
                foreach (var (positive, negative) in task.Positives.Zip(task.Negatives))
                {
                    Assert.AreEqual(positive.Tokens.Count, negative.Tokens.Count);
                    Assert.IsFalse(positive.Tokens.SequenceEqual(negative.Tokens));
                    Assert.AreNotEqual(0, positive.Targets.Count);
                    Assert.IsEmpty(negative.Targets);
                }
            }
        }
    }

    [TestMethod]
    public void AllTasks_AreTheSameForASeedAndBeginTheSameForAnyCount()
    {
        foreach (var ((few, more), other) in All(5, 1).Zip(All(9, 1)).Zip(All(5, 2)))
        {
            foreach (var (same, again) in few.Positives.Concat(few.Negatives).Zip(more.Positives.Take(5).Concat(more.Negatives.Take(5))))
            {
                CollectionAssert.AreEqual(same.Tokens.ToArray(), again.Tokens.ToArray());
                CollectionAssert.AreEqual(same.Targets.ToArray(), again.Targets.ToArray());
            }
            Assert.IsFalse(few.Positives.Zip(other.Positives).All(pair => pair.First.Tokens.SequenceEqual(pair.Second.Tokens)));
        }
    }

    [TestMethod]
    public void AllTasks_OfNoExamples_SayWhatIsAllowed()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.IndirectObject(Words, 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(20, 12, 3, 0, 1));
    }

    [TestMethod]
    public void EasyNegatives_OfTextsAreThoseOfTheSameFormInAnotherOrder()
    {
        foreach (var (close, easy) in Texts(10, 1).Zip(Texts(10, 1, CircuitNegatives.Easy)))
        {
            foreach (var (tokens, shuffled) in close.Negatives.Zip(easy.Negatives))
            {
                CollectionAssert.AreEquivalent(tokens.Tokens.ToArray(), shuffled.Tokens.ToArray());
                Assert.IsFalse(tokens.Tokens.SequenceEqual(shuffled.Tokens));
            }
        }
    }

    [TestMethod]
    public void EasyNegatives_LeaveTheTokenThatBeginsARow()
    {
        string[] words = ["<s>", "When", "and", "went", "to", "the", "gave", "a", "store", "store,", "drink", .. Names.Split(' ')];
        string[] others = ["After", "came", "home", "from", "While", "were", "sitting", "at", "handed", "Then", "met", "again", "near",
            "offered"];
        var task = CircuitTasks.IndirectObject(
            TransformerTokenizer.OfWords([.. words, .. others], first: "<s>"), 20, 1, CircuitNegatives.Easy);
        Assert.IsTrue(task.Examples.All(example => example.Tokens[0] == 0));
    }

    [TestMethod]
    public void IndirectObject_AsksForTheNameThatStandsOnce()
    {
        var task = CircuitTasks.IndirectObject(Words, 60, 3);
        var orders = new HashSet<bool>();
        foreach (var (positive, negative) in task.Positives.Zip(task.Negatives))
        {
            var target = positive.Targets.Single();
            Assert.AreEqual(positive.Tokens.Count - 1, target.Position);
            Assert.AreEqual(1, Times(positive, target.Output));
            Assert.AreEqual(2, Times(positive, target.Against!.Value));
            StringAssert.EndsWith(Words.Decode(positive.Tokens), " to");
            orders.Add(positive.Tokens.ToList().IndexOf(target.Output) < positive.Tokens.ToList().IndexOf(target.Against.Value));

            // One token differs: a third name for the second of the same.
            var changed = Enumerable.Range(0, positive.Tokens.Count).Single(i => positive.Tokens[i] != negative.Tokens[i]);
            Assert.AreEqual(target.Against.Value, positive.Tokens[changed]);
            var names = Names.Split(' ').Select(name => Words.Encode(" " + name).Single());
            Assert.AreEqual(3, names.Count(name => Times(negative, name) == 1));
            Assert.IsTrue(names.All(name => Times(negative, name) <= 1));
        }
        Assert.HasCount(2, orders);
    }

    [TestMethod]
    public void IndirectObject_OfTooFewNames_SaysWhichAreMissing()
    {
        var tokenizer = SmallGpt2Tokenizer.OfWords("Mary John store drink");
        var message = Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.IndirectObject(tokenizer, 1, 1)).Message;
        StringAssert.Contains(message, "2 of 30 names");
        StringAssert.Contains(message, "Tom, James");
        Assert.DoesNotContain("Mary", message);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.IndirectObject(SmallGpt2Tokenizer.OfWords(Names + " store"), 1, 1))
                .Message, "0 of 10 objects");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.IndirectObject(Characters, 1, 1)).Message, "'When'");
    }

    [TestMethod]
    public void GreaterThan_AsksForNumbersAboveTheYears()
    {
        var numbers = Enumerable.Range(0, 100).ToDictionary(number => Years.Encode($" 11{number:00}")[1]);
        var task = CircuitTasks.GreaterThan(Years, 60, 3);
        foreach (var (positive, negative) in task.Positives.Zip(task.Negatives))
        {
            var changed = Enumerable.Range(0, positive.Tokens.Count).Single(i => positive.Tokens[i] != negative.Tokens[i]);
            Assert.AreEqual(1, numbers[negative.Tokens[changed]]);
            Assert.AreEqual(positive.Tokens[^1], positive.Tokens[changed - 1]);
            var year = numbers[positive.Tokens[changed]];
            Assert.IsTrue(year is >= 2 and <= 98);
            Assert.HasCount(4, positive.Targets);
            foreach (var target in positive.Targets)
            {
                Assert.AreEqual(positive.Tokens.Count - 1, target.Position);
                Assert.IsGreaterThan(year, numbers[target.Output]);
                Assert.IsLessThanOrEqualTo(year, numbers[target.Against!.Value]);
            }
        }
    }

    [TestMethod]
    public void GreaterThan_LeavesOutYearsThatAreNotTwoTokens()
    {
        int[] without = [5, 32, 99];
        var tokenizer = SmallGpt2Tokenizer.OfYears(without);
        foreach (var positive in CircuitTasks.GreaterThan(tokenizer, 200, 1).Positives)
        {
            var year = int.Parse(tokenizer.Decode(positive.Tokens).Split(' ')[6][2..], CultureInfo.InvariantCulture);
            Assert.DoesNotContain(year, without);
            // The highest number has none above it.
            Assert.IsLessThan(98, year);
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.GreaterThan(Words, 1, 1)).Message, "1101 to 1799");
        // Without 01 there are no negative examples.
        Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.GreaterThan(SmallGpt2Tokenizer.OfYears(1), 1, 1));
    }

    [TestMethod]
    public void Docstring_AsksForTheArgumentAfterThoseDescribed()
    {
        var task = CircuitTasks.Docstring(Words, 30, 3);
        var names = Arguments.Split(' ').Select(name => Words.Encode(" " + name).Single()).ToHashSet();
        foreach (var (positive, negative) in task.Positives.Zip(task.Negatives))
        {
            // Function, six arguments, two described.
            var row = positive.Tokens.Where(names.Contains).ToArray();
            Assert.HasCount(9, row);
            CollectionAssert.AreEqual(row[3..5], row[7..]);
            Assert.HasCount(7, row.Distinct());
            Assert.IsTrue(positive.Targets.All(target => target.Position == positive.Tokens.Count - 1 && target.Output == row[5]));
            CollectionAssert.AreEquivalent(
                row[1..7].Where(name => name != row[5]).ToArray(), positive.Targets.Select(target => target.Against!.Value).ToArray());
            StringAssert.EndsWith(Words.Decode(positive.Tokens), "\n    :param");

            // The same function and outer arguments; the others stand once each.
            var other = negative.Tokens.Where(names.Contains).ToArray();
            CollectionAssert.AreEqual((int[])[.. row[..3], row[6]], (int[])[.. other[..3], other[6]]);
            Assert.HasCount(9, other.Distinct());
            Assert.IsEmpty(other[3..6].Concat(other[7..]).Intersect(row));
        }
        StringAssert.StartsWith(Words.Decode(task.Positives[0].Tokens), "\ndef ");
    }

    [TestMethod]
    public void Docstring_OfATokenizerOfOtherWords_SaysWhatItNeeds()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.Docstring(Years, 1, 1)).Message, "0 of 47 names");
        var fewWords = SmallGpt2Tokenizer.OfWords($"{Arguments} price cost");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.Docstring(fewWords, 1, 1)).Message, "2 of 40 words");
    }

    [TestMethod]
    public void Induction_RepeatsAPartAndAsksForItsTokens()
    {
        const int Start = 7, Part = 4, Copies = 3, Length = 20;
        var task = CircuitTasks.Induction(40, Length, Part, 50, 3, Copies, Start);
        foreach (var (positive, negative) in task.Positives.Zip(task.Negatives))
        {
            Assert.AreEqual(Length, positive.Tokens.Count);
            Assert.AreEqual(Start, positive.Tokens[0]);
            Assert.AreEqual(Start, negative.Tokens[0]);
            Assert.HasCount(Length, negative.Tokens.Distinct());
            Assert.HasCount(Length - ((Copies - 1) * Part), positive.Tokens.Distinct());
            Assert.AreEqual((Copies - 1) * Part, positive.Tokens.Zip(negative.Tokens).Count(pair => pair.First != pair.Second));
            Assert.HasCount((Copies - 1) * (Part - 1), positive.Targets);
            foreach (var target in positive.Targets)
            {
                Assert.AreEqual(positive.Tokens[target.Position + 1], target.Output);
                Assert.IsNull(target.Against);
                // What is asked for followed this token before.
                var earlier = positive.Tokens.Take(target.Position).ToList().IndexOf(positive.Tokens[target.Position]);
                Assert.IsGreaterThan(0, earlier);
                Assert.AreEqual(target.Output, positive.Tokens[earlier + 1]);
            }
        }
    }

    [TestMethod]
    public void Induction_FillsRowAndVocabularyToTheirLast()
    {
        var task = CircuitTasks.Induction(6, 6, 3, 1, 1);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 6).ToArray(), task.Negatives[0].Tokens.ToArray());
        // A start outside what is drawn from takes nothing of it.
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 7).ToArray(), CircuitTasks.Induction(6, 7, 3, 1, 1, start: 6).Negatives[0].Tokens.ToArray());
    }

    [TestMethod]
    public void Induction_OfWhatDoesNotFit_SaysWhatDoes()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(20, 6, 3, 1, 1, start: 0))
            .Message, "give 7 or more");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(7, 8, 3, 1, 1)).Message, "needs 8 or more");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(7, 8, 3, 1, 1, start: 2))
            .Message, "needs 8 or more");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(20, 8, 1, 1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(20, 8, 3, 1, 1, copies: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Induction(20, 8, 3, 1, 1, start: -1));
    }

    [TestMethod]
    public void Brackets_AreBalancedInPositivesOnly()
    {
        var task = CircuitTasks.Brackets(Characters, 8, 300, 3);
        Assert.IsTrue(task.Positives.All(example => IsBalanced(example) && example.Targets.Single() == new CircuitTarget(0, 1, 0)));
        Assert.IsFalse(task.Negatives.Any(IsBalanced));
        Assert.IsTrue(task.Examples.All(example => example.Tokens.Count == 10 && example.Tokens[0] == 0 && example.Tokens[^1] == 2));
        // Half of the negatives have as many of both brackets; 300 draws of a fair coin stray 26 (3 deviations) at most.
        Assert.AreEqual(150, task.Negatives.Count(example => Times(example, 3) == 4), 26);
    }

    [TestMethod]
    public void Brackets_BalancedRowsHaveEqualChance()
    {
        // There are 5 rows of length 6 (the Catalan number); each of 2,000 draws is one with chance 1/5, so 400 with a deviation of 18.
        var counts = CircuitTasks.Brackets(Characters, 6, 2_000, 1).Positives.CountBy(example => Characters.Decode(example.Tokens))
            .ToArray();
        Assert.HasCount(5, counts);
        Assert.IsTrue(counts.All(pair => Math.Abs(pair.Value - 400) < 72));
    }

    [TestMethod]
    public void Brackets_EasyNegativesBeginWithClosingOnes() => Assert.IsTrue(
        CircuitTasks.Brackets(Characters, 6, 10, 1, CircuitNegatives.Easy)
            .Negatives.All(example => Characters.Decode(example.Tokens) == ")))((("));

    [TestMethod]
    public void Brackets_OfAnOddLengthOrATokenizerOfOtherTokens_SayWhatIsNeeded()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTasks.Brackets(Characters, 7, 1, 1)).Message, "even number");
        var joined = SmallGpt2Tokenizer.OfTexts("((", "))", "()", ")(");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => CircuitTasks.Brackets(joined, 4, 1, 1)).Message, "a token of each bracket");
    }

    private static CircuitTask[] Texts(int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm) =>
    [
        CircuitTasks.IndirectObject(Words, count, seed, negatives),
        CircuitTasks.GreaterThan(Years, count, seed, negatives),
        CircuitTasks.Docstring(Words, count, seed, negatives),
    ];

    private static CircuitTask[] All(int count, int seed, CircuitNegatives negatives = CircuitNegatives.SameForm) =>
    [
        .. Texts(count, seed, negatives),
        CircuitTasks.Induction(30, 20, 4, count, seed),
        CircuitTasks.Brackets(Characters, 10, count, seed, negatives),
    ];

    private static int Times(CircuitExample example, int token) => example.Tokens.Count(other => other == token);

    // By striking out pairs, which is another way than the task's.
    private static bool IsBalanced(CircuitExample example)
    {
        var text = Characters.Decode(example.Tokens);
        while (text.Contains("()", StringComparison.Ordinal))
        {
            text = text.Replace("()", "", StringComparison.Ordinal);
        }
        return text.Length == 0;
    }
}
