namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn.Captions;

[TestClass]
public sealed class BeamSearchTests
{
    private const int Words = 5, MaxWords = 6, Rows = 3;

    [TestMethod]
    public void WidthOfOne_TakesTheLikeliestWordEachTime()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var chains = new Chains(seed);
            foreach (var (found, row) in Search(chains, 1, 1).Select((found, row) => (found, row)))
            {
                CollectionAssert.AreEqual(chains.Greedy(row), found.Words);
            }
        }
    }

    [TestMethod]
    public void WiderBeam_IsNeverLessLikelyThanGreedy_AndOftenLikelier()
    {
        var better = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var chains = new Chains(seed);
            foreach (var (wide, greedy) in Search(chains, 3, 0).Zip(Search(chains, 1, 0)))
            {
                Assert.IsGreaterThanOrEqualTo(greedy.LogProbability, wide.LogProbability);
                better += wide.LogProbability > greedy.LogProbability ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(10, better);
    }

    [TestMethod]
    public void BeamOfAllSentences_FindsTheLikeliest()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var chains = new Chains(seed);
            foreach (var (found, row) in Search(chains, 20_000, 0).Select((found, row) => (found, row)))
            {
                Assert.AreEqual(chains.Likeliest(row), found.LogProbability, 1e-5);
            }
        }
    }

    [TestMethod]
    public void LogProbability_IsThatOfTheWords()
    {
        var chains = new Chains(1);
        foreach (var (found, row) in Search(chains, 3, 1).Select((found, row) => (found, row)))
        {
            Assert.AreEqual(chains.LogProbability(row, found.Words), found.LogProbability, 1e-5);
            Assert.IsTrue(found.IsComplete && (found.Words[^1] == Vocabulary.Boundary || found.Words.Length == MaxWords));
        }
    }

    [TestMethod]
    public void LengthNormalization_DividesByTheNumberOfWordsToItsPower()
    {
        var hypothesis = new Hypothesis([2, 3, 2, 0], -8, true);
        Assert.AreEqual(-8, hypothesis.Normalized(0));
        Assert.AreEqual(-4, hypothesis.Normalized(0.5));
        Assert.AreEqual(-2, hypothesis.Normalized(1));
    }

    private static Hypothesis[] Search(Chains chains, int width, double normalization) =>
        new BeamSearch(width, MaxWords, normalization).Best(() => new ChainScorer(chains), Rows);

    /// <summary>Sentences whose next word depends on the row and the last word.</summary>
    private sealed class Chains
    {
        private readonly float[,,] _table = new float[Rows, Words, Words];

        public Chains(int seed)
        {
            var random = new Random(seed);
            for (var row = 0; row < Rows; row++)
            {
                for (var last = 0; last < Words; last++)
                {
                    var weights = Enumerable.Range(0, Words)
                        .Select(word => word == Vocabulary.Unknown ? 0 : Math.Exp(3 * random.NextDouble())).ToArray();
                    for (var word = 0; word < Words; word++)
                    {
                        _table[row, last, word] = (float)Math.Log(weights[word] / weights.Sum());
                    }
                }
            }
        }

        public IEnumerable<(int Word, float Value)> After(int row, int last) =>
            Enumerable.Range(0, Words).Where(word => word != Vocabulary.Unknown).Select(word => (word, _table[row, last, word]))
                .OrderByDescending(pair => pair.Item2);

        public int[] Greedy(int row)
        {
            var words = new List<int>();
            do
            {
                words.Add(After(row, words.LastOrDefault(Vocabulary.Boundary)).First().Word);
            }
            while (words[^1] != Vocabulary.Boundary && words.Count < MaxWords);
            return [.. words];
        }

        public double LogProbability(int row, int[] words) =>
            words.Select((word, place) => (double)_table[row, place == 0 ? Vocabulary.Boundary : words[place - 1], word]).Sum();

        public double Likeliest(int row) => Likeliest(row, Vocabulary.Boundary, MaxWords);

        private double Likeliest(int row, int last, int left) => left == 0 ? 0
            : After(row, last).Max(next => next.Value + (next.Word == Vocabulary.Boundary ? 0 : Likeliest(row, next.Word, left - 1)));
    }

    private sealed class ChainScorer(Chains chains) : ISentenceScorer
    {
        private int[] _rows = [.. Enumerable.Range(0, Rows)];

        public (float[] LogProbabilities, long[] Words) Next(long[] parents, long[] words, int count)
        {
            _rows = [.. parents.Select(parent => _rows[parent])];
            var next = _rows.Zip(words).SelectMany(pair => chains.After(pair.First, (int)pair.Second).Take(count)).ToArray();
            return ([.. next.Select(pair => pair.Value)], [.. next.Select(pair => (long)pair.Word)]);
        }
    }
}
