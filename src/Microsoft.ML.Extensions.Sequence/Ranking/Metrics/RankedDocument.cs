namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A document of a ranking.</summary>
/// <param name="id">Its id.</param>
/// <param name="score">Its score; higher scores rank first.</param>
public readonly struct RankedDocument(string id, float score)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>Its score; higher scores rank first.</summary>
    public float Score { get; } = score;

    /// <summary>Id and score.</summary>
    public override string ToString() => FormattableString.Invariant($"{Id} {Score}");
}
