namespace Microsoft.ML.Extensions.Samples;

/// <summary>A document that was found for a query.</summary>
internal sealed class CandidateRow
{
    public string QueryId { get; set; } = "";

    public string Query { get; set; } = "";

    public string DocumentId { get; set; } = "";

    public string Document { get; set; } = "";

    public float FirstStage { get; set; }

    public float Label { get; set; }
}
