using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Trains candidates, measures them on validation rows, and remembers them by their architecture.</summary>
/// <param name="students">Trains.</param>
/// <param name="reward">Turns measures into rewards.</param>
/// <param name="train">The rows to learn from.</param>
/// <param name="validation">The rows to measure on.</param>
/// <param name="epochs">The epochs of a candidate.</param>
/// <param name="options">The budget.</param>
/// <param name="channel">The log.</param>
/// <param name="cancellation">Ends the search.</param>
internal sealed class CandidateJudge(
    Students students, CompressionReward reward, IDataView train, ValidationRows validation, int epochs, CompressionOptions options,
    IChannel channel, CancellationToken cancellation) : IDesignJudge, IDisposable
{
    private readonly Dictionary<string, CompressionCandidate> _known = [];
    private readonly List<CompressionCandidate> _candidates = [];

    /// <summary>All that were tried, in order.</summary>
    public IReadOnlyList<CompressionCandidate> Candidates => _candidates;

    /// <summary>The best so far; null where none is possible.</summary>
    public CompressionCandidate? Best { get; private set; }

    /// <summary>Its design.</summary>
    public Design? BestDesign { get; private set; }

    /// <summary>It as the search trained it, until it is taken.</summary>
    public NetworkTransformer? BestModel { get; private set; }

    public int Judged { get; private set; }

    public int Budget => options.Candidates;

    public double? Reward(Design design, int iteration = int.MaxValue)
    {
        var key = students.KeyOf(design);
        if (!_known.TryGetValue(key, out var candidate))
        {
            if (cancellation.IsCancellationRequested || Judged >= Budget || Try(design) is not { } found)
            {
                return null;
            }
            _known[key] = candidate = found;
            _candidates.Add(candidate);
            channel.Tell(FormattableString.Invariant(
                $"Candidate {candidate.Number} ({candidate.Design}): reward {candidate.Reward:f4}, {candidate.Parameters} parameters, accuracy {candidate.Measure?.Accuracy:f4}{(candidate.Obstacle is { } why ? $", {why}" : "")}."));
            options.Progress?.Report(candidate);
        }
        return reward.Of(candidate, iteration);
    }

    /// <summary>The model that the search trained, which the caller then owns.</summary>
    public NetworkTransformer TakeBest()
    {
        var model = BestModel!;
        BestModel = null;
        return model;
    }

    public void Dispose() => BestModel?.Dispose();

    // Null where the training was cancelled.
    private CompressionCandidate? Try(Design design)
    {
        var plan = students.Plan(design, _candidates.Count + 1);
        if (reward.ObstacleOfSize(plan) is { } obstacle)
        {
            return plan with { Obstacle = obstacle };
        }
        NetworkTransformer? model = null;
        try
        {
            model = students.Train(design, train, epochs, cancellation);
            var candidate = plan with { Measure = validation.Measure(model) };
            Judged++;
            candidate = candidate with { Reward = reward.Of(candidate, int.MaxValue) };
            candidate = candidate with
            {
                Obstacle = reward.Violation(candidate) ?? (reward.Saved(candidate) > 0 ? null : "it is not faster than the teacher"),
            };
            if (candidate.Obstacle is null && !(candidate.Reward <= Best?.Reward))
            {
                BestModel?.Dispose();
                (Best, BestDesign, BestModel, model) = (candidate, design, model, null);
            }
            return candidate;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (InvalidOperationException e)
        {
            Judged++;
            return plan with { Obstacle = e.Message };
        }
        finally
        {
            model?.Dispose();
        }
    }
}
