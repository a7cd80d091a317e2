namespace Microsoft.ML.Extensions.Samples;

/// <summary>A model that is trained on judged queries and then scores what the first stage found.</summary>
internal interface IReranker
{
    /// <summary>Learns from the candidates of the training queries.</summary>
    void Train(IReadOnlyList<Candidates> queries, CancellationToken cancellation);

    /// <summary>A score for each candidate.</summary>
    float[] Score(Candidates query);
}
