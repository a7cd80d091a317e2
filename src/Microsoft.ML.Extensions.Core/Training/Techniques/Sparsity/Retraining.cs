using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Trains a pruned network again.</summary>
/// <remarks>
/// Weights that are 0 at the start have a gradient of 0, and so moments of 0; decay leaves them as they are. So they are exactly 0 after every step.
/// </remarks>
internal sealed class Retraining : TrainingTechnique, ITechnique
{
    // Far from the streams of epochs, ensembles and other techniques.
    private const long Stream = 1L << 45;

    private readonly IReadOnlyList<SparseMatrix> _matrices;

    private Retraining(TechniqueContext context, RetrainedModel model)
    {
        using var _ = no_grad();
        using var own = WeightSnapshot.Of(context.Network);
        model.CopyTo(context.Run.Member, context.Network);
        _matrices = [.. IWeightMatrices.Of(context.Network).Select(found => new SparseMatrix(found.Name, found.Parameter, found.Matrix, 1, 1))];
        var random = new Random(SeedSequence.Derive(context.Run.Seed, Stream));
        foreach (var matrix in _matrices)
        {
            var live = matrix.Sums(matrix.Parameter, signed: false).Select(gate => Array.ConvertAll(gate, size => size != 0)).ToArray();
            if (model.Start == RetrainingStart.Shuffled)
            {
                Array.ForEach(live, random.Shuffle);
            }
            matrix.Live = live;
        }
        if (model.Start != RetrainingStart.Kept)
        {
            own.CopyTo(context.Network);
        }
        foreach (var matrix in _matrices)
        {
            matrix.Apply(null);
        }
    }

    public static TrainingTechnique? For(TechniqueContext context)
    {
        if (context.Options.Retrained is not { } model)
        {
            return null;
        }
        TaskMatch.Check("The model", model.Head, context.Head, "Retrain with the labels that it was trained for.");
        return new Retraining(context, model);
    }

    // The network's own first weights, while it takes the others.
    public static int Copies(TrainingOptions options, bool validates) => options.Retrained is null ? 0 : 2;

    public override SparseCourse? Course
    {
        get
        {
            var density = _matrices.Sum(matrix => (double)matrix.Explored) / _matrices.Sum(matrix => matrix.Sizes.Sum(size => (double)size.Units));
            return density < 1 ? new SparseCourse(density, density, density) : null;
        }
    }

    public override void BeforeStep(long step)
    {
        using var _ = no_grad();
        foreach (var matrix in _matrices)
        {
            if (matrix.Parameter.grad is { } gradient)
            {
                matrix.Mask(gradient);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var matrix in _matrices)
        {
            matrix.Dispose();
        }
    }
}
