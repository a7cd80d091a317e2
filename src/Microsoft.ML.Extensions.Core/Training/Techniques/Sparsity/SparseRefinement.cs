using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Trains for the pattern N:M by SR-STE (Zhou et al. 2021, arXiv 2102.04010, equation 9).</summary>
/// <remarks>
/// Dense weights w are kept aside. The network has the N largest of every M of them; its gradient g is applied to all of them (a straight-through
/// estimator), and the pruned ones decay: <c>g + 2e-4 (1 - m) w</c>. So moments belong to the dense weights here and are not masked.
/// </remarks>
internal sealed class SparseRefinement : TrainingTechnique
{
    private static readonly Scalar s_decay = 2e-4;

    private readonly TechniqueContext _context;
    private readonly SparseNetwork _network;
    private readonly Tensor[] _dense;

    public SparseRefinement(TechniqueContext context, SparseNetwork network)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        (_context, _network) = (context, network);
        _dense = [.. network.Matrices.Select(matrix => matrix.Parameter.detach().clone().DetachFromDisposeScope())];
        Project();
    }

    // The weights that are kept aside learn, and the network has the others.
    public override SparseCourse? Course => _network.Course(_context.Options.Sparsity!.Density, 1);

    public override void BeforeStep(long step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (matrix, dense) in _network.Matrices.Zip(_dense))
        {
            // The parameter still holds the masked weights, so the difference is the pruned ones.
            matrix.Parameter.grad?.add_(dense.Minus(matrix.Parameter), s_decay);
            matrix.Parameter.copy_(dense);
        }
    }

    public override void AfterStep(Optimizer optimizer)
    {
        using var _ = no_grad();
        foreach (var (matrix, dense) in _network.Matrices.Zip(_dense))
        {
            dense.copy_(matrix.Parameter);
        }
        Project();
    }

    public override void AfterRun(Func<IReadOnlyList<float>> validationLosses) => Sparsity.Tell(_context, _network);

    public override IEnumerable<(string Name, Tensor Value)> State() =>
        _network.State().Concat(_network.Matrices.Zip(_dense, (matrix, dense) => (Name(matrix), dense)));

    public override void Restore(Func<string, Tensor> state, int epochs)
    {
        using var _ = no_grad();
        foreach (var (matrix, dense) in _network.Matrices.Zip(_dense))
        {
            dense.copy_(state(Name(matrix)));
        }
        _network.Restore(state);
    }

    public override void Dispose()
    {
        _network.Dispose();
        foreach (var dense in _dense)
        {
            dense.Dispose();
        }
    }

    private static string Name(SparseMatrix matrix) => $"dense/{matrix.Name}";

    private void Project()
    {
        _network.Live = _network.Best(_network.Scores(parameter => parameter), final => final);
        _network.Apply(null);
    }
}
