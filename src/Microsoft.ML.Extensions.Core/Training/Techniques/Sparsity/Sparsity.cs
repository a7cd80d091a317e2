using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Masks weights: by magnitude, by the gradient of the first batch, at random, or rewired during training; the papers are named in
/// <see cref="SparsityMethod"/>.
/// </summary>
/// <remarks>
/// The mask changes before the optimiser of a step, from the dense gradient and before clipping, and the gradient is masked then. The papers of SET and
/// RigL change the mask instead of a step. After each step, masked weights and their moments are set to 0, so that neither decay nor noise nor
/// moments of the past bring them back. A weight that was dropped and comes back in the same change keeps its value, as in the code of RigL; a new one is 0.
/// </remarks>
internal sealed class Sparsity : TrainingTechnique, ITechnique
{
    // Far from the streams of epochs, ensembles and noise.
    private const long Stream = 1L << 41;

    private readonly TechniqueContext _context;
    private readonly SparsityOptions _options;
    private readonly SparsityPlan _plan;
    private readonly SparseNetwork _network;
    private GradientSignal? _signal;
    private bool _decided;

    private Sparsity(TechniqueContext context, SparsityOptions options, SparseNetwork network)
    {
        (_context, _options, _network, _plan) = (context, options, network, PlanOf(context, options));
        if (options.BeginsDense)
        {
            _network.BeginDense();
            return;
        }
        _network.Live = _network.Best(_network.Drawn(RandomOf(0)), final => final);
        _network.Apply(null);
    }

    public static TrainingTechnique? For(TechniqueContext context)
    {
        if (context.Options.Sparsity is not { } options)
        {
            return null;
        }
        CheckStart(context, options);
        PlanOf(context, options).Check();
        var network = new SparseNetwork(context.Network, options);
        if (options.Density == 1)
        {
            network.Dispose();
            return null;
        }
        return options.Method switch
        {
            SparsityMethod.SrSte => new SparseRefinement(context, network),
            SparsityMethod.LotteryTicket => new LotteryTicket(context, options, network),
            _ => new Sparsity(context, options, network),
        };
    }

    // The masks, and the weights that SR-STE and lottery tickets keep, or that scores at the start need.
    public static int Copies(TrainingOptions options, bool validates) => options.Sparsity?.Method switch
    {
        null => 0,
        SparsityMethod.SrSte or SparsityMethod.LotteryTicket or SparsityMethod.SynFlow => 2,
        SparsityMethod.GraSP => 4,
        _ => 1,
    };

    public static int SettledAt(TechniqueContext context) =>
        context.Options.Sparsity is { Density: < 1 } options && PlanOf(context, options).LastPruning is { } last
            ? (int)(last / context.StepsPerEpoch) + 1 : 0;

    /// <summary>Writes to the log what is sparse.</summary>
    public static void Tell(TechniqueContext context, SparseNetwork network)
    {
        context.Run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Sparsity ({context.Options.Sparsity!.Method}): {network.LiveUnits} of {network.Units} units of {network.Matrices.Count} matrices are live, and {network.ExploredShare:p1} were at some time."));
    }

    public override SparseCourse? Course => _network.Course(_plan.MeanDensity, _plan.LastPruning is null ? _options.Density : 1);

    public override OutputLoss Loss(OutputLoss loss) => _signal is { IsMeasuring: true } signal ? signal.Soften(loss) : loss;

    // GraSP and SynFlow need the network itself, and not the gradient of a step.
    public override Tensor Objective(InputBatch rows, long step, Func<Tensor> loss)
    {
        if (step == 0 && !_decided && _options.Method is SparsityMethod.GraSP or SparsityMethod.SynFlow)
        {
            _decided = true;
            // It belongs to the scope in which it is first read, and the loss of this step reads it after the scores.
            _ = rows.Mask;
            if (_options.Method == SparsityMethod.SynFlow)
            {
                SynapticFlow.Prune(_context, _network, rows);
            }
            else
            {
                _signal = new GradientSignal(_context, _network);
                _network.Live = _network.Best(_signal.Scores(loss), final => final);
            }
            _network.Apply(null);
        }
        return loss();
    }

    public override void BeforeStep(long step)
    {
        using var _ = no_grad();
        if (_plan.IsChange(step))
        {
            Change(step);
        }
        foreach (var matrix in _network.Matrices)
        {
            if (matrix.Parameter.grad is { } gradient)
            {
                matrix.Mask(gradient);
            }
        }
    }

    public override void AfterStep(Optimizer optimizer) => _network.Apply(optimizer);

    public override void AfterRun(Func<IReadOnlyList<float>> validationLosses) => Tell(_context, _network);

    public override IEnumerable<(string Name, Tensor Value)> State() => _network.State();

    public override void Restore(Func<string, Tensor> state, int epochs) => _network.Restore(state);

    public override void Dispose() => _network.Dispose();

    private static SparsityPlan PlanOf(TechniqueContext context, SparsityOptions options) =>
        new(options, context.Run.Plan.Epochs * context.StepsPerEpoch);

    private static void CheckStart(TechniqueContext context, SparsityOptions options)
    {
        if (options.BeginsDense && options.Density < 1 && context.Validates && context.Network is ISolved { BeginsSolved: true })
        {
            throw new InvalidOperationException(
                $"Training.Sparsity.Method {options.Method} begins with dense weights, and the validation set may restore those of this network's solved start. "
                + $"Set ValidationFraction to 0, or Method to {SparsityMethod.StaticRandom}, {SparsityMethod.Set} or {SparsityMethod.RigL}.");
        }
    }

    private void Change(long step)
    {
        if (_options.Method == SparsityMethod.Snip)
        {
            using var scope = NewDisposeScope();
            _network.Live = _network.Best(
                _network.Scores(parameter => parameter.grad is { } gradient ? parameter.detach() * gradient : null), final => final);
        }
        else if (_options.BeginsDense)
        {
            Prune(step);
        }
        if (_options.Rewires)
        {
            Rewire(step);
        }
    }

    private void Prune(long step) =>
        _network.Live = _network.Best(_network.OfLive(_network.Scores(parameter => parameter)), final => _plan.Density(final, step));

    private void Rewire(long step) => _network.Rewire(
        _options.Method == SparsityMethod.Set ? _network.Drawn(RandomOf(step)) : _network.Scores(parameter => parameter.grad),
        _plan.DropFraction(step));

    private Random RandomOf(long step) => new(SeedSequence.Derive(_context.Run.Seed, Stream + step));
}
