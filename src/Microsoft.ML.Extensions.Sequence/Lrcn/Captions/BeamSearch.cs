namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Beam search for likely sentences.</summary>
/// <param name="width">The beam width.</param>
/// <param name="maxWords">The most words of a sentence.</param>
/// <param name="lengthNormalization">The exponent of the length by which final log-probabilities are divided.</param>
internal sealed class BeamSearch(int width, int maxWords, double lengthNormalization)
{
    /// <summary>The best sentence for each row, never less likely, after normalisation, than the greedy one.</summary>
    /// <param name="scorer">Creates a scorer in its initial state.</param>
    /// <param name="rows">The number of rows.</param>
    public Hypothesis[] Best(Func<ISentenceScorer> scorer, int rows)
    {
        // A beam can drop the greedy hypothesis and end worse, so the greedy search runs separately.
        var found = width == 1 ? [] : Search(scorer(), rows, width);
        var greedy = Search(scorer(), rows, 1);
        return [.. Enumerable.Range(0, rows).Select(row => (width == 1 ? greedy[row] : found[row].Concat(greedy[row]))
            .MaxBy(hypothesis => hypothesis.Normalized(lengthNormalization))!)];
    }

    private List<Hypothesis>[] Search(ISentenceScorer scorer, int rows, int beams)
    {
        var kept = Enumerable.Range(0, rows).Select(_ => new List<Hypothesis> { Hypothesis.Empty }).ToArray();
        var open = kept.Select((list, row) => new Open(row, row, Vocabulary.Boundary, list[0])).ToList();
        while (open.Count > 0)
        {
            var (values, words) = scorer.Next([.. open.Select(o => o.Parent)], [.. open.Select(o => (long)o.Word)], beams);
            open = FollowUp(kept, open, values, words, beams);
        }
        return kept;
    }

    private List<Open> FollowUp(List<Hypothesis>[] kept, List<Open> open, float[] values, long[] words, int beams)
    {
        var perOpen = words.Length / open.Count;
        var next = new List<Open>();
        foreach (var group in open.Select((item, index) => (Item: item, Index: index)).GroupBy(pair => pair.Item.Row))
        {
            var candidates = group.SelectMany(pair => Enumerable.Range(pair.Index * perOpen, perOpen)
                    .Select(at => new Open(
                        group.Key, pair.Index, (int)words[at], Longer(pair.Item.Hypothesis, (int)words[at], values[at]))))
                .Concat(kept[group.Key].Where(hypothesis => hypothesis.IsComplete)
                    .Select(hypothesis => new Open(group.Key, -1, Vocabulary.Boundary, hypothesis)))
                .OrderByDescending(candidate => candidate.Hypothesis.LogProbability).Take(beams).ToArray();
            kept[group.Key] = [.. candidates.Select(candidate => candidate.Hypothesis)];
            next.AddRange(candidates.Where(candidate => !candidate.Hypothesis.IsComplete));
        }
        return next;
    }

    private Hypothesis Longer(Hypothesis hypothesis, int word, double logProbability)
    {
        int[] words = [.. hypothesis.Words, word];
        return new Hypothesis(words, hypothesis.LogProbability + logProbability, word == Vocabulary.Boundary || words.Length == maxWords);
    }

    // A hypothesis, its row, its parent in the last call of the scorer, and the word added since.
    private readonly record struct Open(int Row, long Parent, int Word, Hypothesis Hypothesis);
}
