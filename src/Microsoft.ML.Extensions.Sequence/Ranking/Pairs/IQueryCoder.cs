namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Converts a query and its documents to one row of numbers; one buffer serves all queries.</summary>
internal interface IQueryCoder
{
    /// <summary>The numbers since <see cref="Begin"/>; valid until the next call.</summary>
    ReadOnlySpan<float> Values { get; }

    /// <summary>Starts with a query.</summary>
    void Begin(ReadOnlySpan<char> query);

    /// <summary>Adds a document of the query.</summary>
    void Add(ReadOnlySpan<char> document, ReadOnlySpan<float> numbers);
}
