using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Two streams of one model, and the steps to feed.</summary>
internal sealed class StreamPair : IDisposable
{
    private const double LargestLabel = 15;

    private readonly ToyInput _input;
    private readonly Random _random = new(1);
    private readonly List<IDisposable> _owned = [];

    public StreamPair(TrainerCase trainer, ToyInput input, Action<TrainerOptions> change)
        : this(trainer, Fit(trainer, input, change), null, input)
    {
    }

    public StreamPair(TrainerCase trainer, FittedToy toy, NetworkTransformer? reference, ToyInput input)
    {
        (_input, Scale) = (input, trainer.Task.IsClassification ? 1 : LargestLabel);
        if (reference is null)
        {
            _owned.Add(toy);
            _owned.Add(reference = toy.Model.Copies.WithKernels(null));
        }
        (Managed, Libtorch) = (toy.Model.Stream().Scorer, reference.Stream().Scorer);
        Assert.IsInstanceOfType<ManagedStreamScorer>(Managed);
        Assert.IsInstanceOfType<StreamScorer>(Libtorch);
    }

    /// <summary>The size of scores.</summary>
    public double Scale { get; }

    public IStreamScorer Managed { get; }

    public IStreamScorer Libtorch { get; }

    public static FittedToy Fit(TrainerCase trainer, ToyInput input, Action<TrainerOptions> change) => new(trainer, input, options =>
    {
        trainer.MakeCausal(options);
        change(options);
    });

    /// <summary>Further steps; token 0 is the unknown one.</summary>
    public RowStore Next(int steps)
    {
        var row = new RowStore();
        row.Add(
            [.. Enumerable.Range(0, steps * _input.Channels)
                .Select(_ => _input.IsTokens ? _random.Next(7) : (3 * _random.NextSingle()) - 1.5f)],
            steps, [], 1);
        return row;
    }

    public void Dispose()
    {
        Managed.Free();
        Libtorch.Free();
        _owned.ForEach(owned => owned.Dispose());
    }
}
