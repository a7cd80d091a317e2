namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Keeps the best of many documents in trec_eval's order: by descending score in single precision, then by descending id.
/// </summary>
/// <param name="most">The number of documents to keep.</param>
/// <param name="id">A document's id.</param>
internal sealed class BestDocuments(int most, Func<int, string> id)
{
    private readonly PriorityQueue<(int Document, double Score),
        RankedDocument> _kept = new(Comparer<RankedDocument>.Create((x, y) => TrecOrder.Instance.Compare(y, x)));
    private float _lowest = float.NegativeInfinity;

    public void Offer(int document, double score)
    {
        if (_kept.Count == most && (float)score < _lowest)
        {
            return;
        }
        _kept.Enqueue((document, score), new(id(document), (float)score));
        if (_kept.Count > most)
        {
            _kept.Dequeue();
        }
        if (_kept.Count == most && _kept.TryPeek(out _, out var last))
        {
            _lowest = last.Score;
        }
    }

    /// <summary>The kept documents, the best first.</summary>
    public IReadOnlyList<(int Document, double Score)> InOrder()
    {
        var documents = new (int Document, double Score)[_kept.Count];
        for (var place = documents.Length - 1; place >= 0; place--)
        {
            documents[place] = _kept.Dequeue();
        }
        return documents;
    }
}
