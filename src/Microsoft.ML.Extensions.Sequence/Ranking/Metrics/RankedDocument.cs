namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A document of a ranking.</summary>
/// <param name="id">Its id.</param>
/// <param name="score">Its score; the higher, the nearer to the first place.</param>
public readonly struct RankedDocument(string id, float score)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>Its score; the higher, the nearer to the first place.</summary>
    public float Score { get; } = score;

    /// <summary>Id and score.</summary>
    public override string ToString() => FormattableString.Invariant($"{Id} {Score}");
}
