using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Rows on the sphere and the map to it.</summary>
/// <param name="Map">The map.</param>
/// <param name="Examples">The rows.</param>
internal sealed record KernelInputs(SphereMap Map, KernelExamples Examples);

/// <summary>The result of kernel ridge regression.</summary>
/// <param name="Inputs">The training rows.</param>
/// <param name="Kernel">The network's kernel.</param>
/// <param name="Depth">Its depth.</param>
/// <param name="Ridge">The penalty.</param>
/// <param name="Weights">The weights, <c>[n, c]</c>.</param>
/// <param name="Offset">The intercepts, <c>[c]</c>.</param>
/// <param name="Link">Turns outputs into logits; null for numbers.</param>
internal sealed record KernelSolution(
    KernelInputs Inputs, NetworkKernel Kernel, int Depth, double Ridge, double[] Weights, double[] Offset, ScoreLink? Link);

/// <summary>Kernel ridge regression with scaling, kernel, depth and penalty chosen by leaving out each row in turn.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="dual">The activation.</param>
/// <param name="isClassification">Whether targets are classes.</param>
/// <param name="seed">The seed of random choices.</param>
/// <param name="checkAlive">Throws when the fit was cancelled.</param>
/// <param name="channel">The log.</param>
internal sealed class KernelLearner(
    NeuralTangentKernelOptions options, DualActivation dual, bool isClassification, int seed, Action checkAlive, IChannel channel)
{
    // The most rows that choose everything but the penalty, and the penalty; more would take longer than the solution itself.
    private const int ChoosingRows = 1000;
    private const int RefiningRows = 4000;

    // Beyond this, n^3 takes longer than iterating.
    private const int MostExactRows = 10_000;

    private const int MostLandmarks = 2000;

    // The score of a class without rows: below a certain no by the distance of no and yes.
    private const double Unseen = -1;

    // The smallest ridge in single precision.
    private const double LeastStreamedRidge = 1e-6;

    private static readonly int[] Depths = [1, 2, 3, 5];
    private static readonly double[] Ridges = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    // Relative to the kernel's diagonal, which is 1.
    private static readonly double[] Jitters = [0, 1e-12, 1e-10, 1e-8, 1e-6];

    private readonly Dictionary<(NetworkKernel Kernel, int Depth), DeepKernel> _kernels = [];

    /// <summary>Learns from rows with one scaling, or chooses one of several.</summary>
    /// <exception cref="InvalidOperationException">The chosen solver needs more memory than allowed.</exception>
    public KernelSolution Learn(IReadOnlyList<KernelInputs> candidates)
    {
        using var scope = NewDisposeScope();
        var choice = Choose(candidates);
        var examples = choice.Inputs.Examples;
        if (examples.Count > ChoosingRows || options.Solver == KernelSolver.ConjugateGradients)
        {
            choice = Solve(choice);
        }
        checkAlive();
        channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Solved for {examples.Count} different rows: {choice.Inputs.Map.Scaling}, {choice.Kernel}, depth {choice.Depth}, ridge {choice.Ridge:g3}{Condition(choice)}."));
        return new KernelSolution(choice.Inputs, choice.Kernel, choice.Depth, choice.Ridge, choice.Weights, choice.Offset, choice.Link);
    }

    private Choice Choose(IReadOnlyList<KernelInputs> candidates)
    {
        Choice? best = null;
        foreach (var inputs in candidates)
        {
            var examples = inputs.Examples.Count <= ChoosingRows ? inputs.Examples : inputs.Examples.Part(Drawn(inputs.Examples.Count));
            CheckMemory(KernelSolver.Cholesky, SymmetricSystem.Bytes(examples.Count), examples);
            foreach (var kernel in options.Kernel is { } asked ? [asked] : Enum.GetValues<NetworkKernel>())
            {
                foreach (var depth in options.Depth > 0 ? [options.Depth] : Depths)
                {
                    best = Better(best, Exactly(
                        new Choice(inputs, kernel, depth), examples, options.Ridge is { } given ? [given] : Ridges));
                }
            }
        }
        return best!;
    }

    private int[] Drawn(int count)
    {
        var rows = Enumerable.Range(0, count).ToArray();
        new Random(SeedSequence.Derive(seed, 0)).Shuffle(rows);
        Array.Sort(rows, 0, ChoosingRows);
        return rows[..ChoosingRows];
    }

    private Choice Solve(Choice choice)
    {
        var examples = choice.Inputs.Examples;
        var exactly = options.Solver == KernelSolver.Cholesky
            || (options.Solver == KernelSolver.Auto && examples.Count <= MostExactRows && SymmetricSystem.Bytes(examples.Count)
                + Rows(examples) <= options.MemoryLimit);
        if (!exactly)
        {
            return Iterate(examples, choice);
        }
        CheckMemory(KernelSolver.Cholesky, SymmetricSystem.Bytes(examples.Count), examples);
        return Exactly(choice, examples, options.Ridge is null && examples.Count <= RefiningRows
            ? [choice.Ridge / 3, choice.Ridge, 3 * choice.Ridge] : [choice.Ridge]);
    }

    // All penalties share one kernel matrix.
    private Choice Exactly(Choice choice, KernelExamples examples, double[] ridges)
    {
        using var scope = NewDisposeScope();
        using var system = KernelSystem.Build(examples.PointTensor(), Function(choice), checkAlive);
        Choice? best = null;
        foreach (var ridge in ridges)
        {
            best = Better(best, Fit(system, examples, choice, ridge));
        }
        return best!;
    }

    // All scalings share the table of a kernel.
    private DeepKernel Function(Choice choice)
    {
        ref var kernel = ref CollectionsMarshal.GetValueRefOrAddDefault(_kernels, (choice.Kernel, choice.Depth), out _);
        return kernel ??= new DeepKernel(dual, choice.Depth, choice.Kernel);
    }

    private static string Condition(Choice choice) => choice.Condition is { } least
        ? string.Create(CultureInfo.InvariantCulture, $", condition number at least {least:g2}") : "";

    private static Choice Better(Choice? best, Choice other) => best is null || other.Loss < best.Loss ? other : best;

    private Choice Fit(SymmetricSystem system, KernelExamples examples, Choice choice, double ridge)
    {
        using var scope = NewDisposeScope();
        var (targets, offset) = Centered(examples);
        var used = Factor(system, examples, ridge);
        var weights = system.Solve(targets).contiguous().AsDoubles().ToArray();
        var leftOut = LeaveOneOut.Predictions(examples, Diagonal(examples, used), weights, system.InverseDiagonal());
        var (link, loss) = Judge(leftOut, offset, examples);
        return choice with
        {
            Ridge = used,
            Weights = weights,
            Offset = offset,
            Link = link,
            Loss = loss,
            Condition = system.LeastCondition()
        };
    }

    private Choice Iterate(KernelExamples examples, Choice choice)
    {
        var landmarks = Math.Min(
            examples.Count, options.Landmarks > 0 ? options.Landmarks : Math.Clamp(examples.Count / 10, 1, MostLandmarks));
        CheckMemory(KernelSolver.ConjugateGradients, NystromPreconditioner.Bytes(examples.Count, landmarks), examples);
        using var scope = NewDisposeScope();
        var (targets, offset) = Centered(examples);
        var ridge = Math.Max(choice.Ridge, LeastStreamedRidge);
        var scale = examples.Weights.Select(Math.Sqrt).ToArray();
        var column = scale.ToAligned(scale.Length, 1);
        using var system = new StreamedSystem(examples.PointTensor(), scale, ridge, Function(choice), checkAlive);
        using var preconditioner = NystromPreconditioner.Of(system, landmarks, SeedSequence.Derive(seed, 1), checkAlive);
        var found = ConjugateGradients.Solve(
            system.Times, preconditioner.Times, targets * column, options.Tolerance, options.MaximumIterations);
        channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Conjugate gradients: {found.Iterations} iterations with {landmarks} landmarks, residual {found.Residual:g3}."));
        if (found.Residual > options.Tolerance)
        {
            channel.Warn(string.Create(CultureInfo.InvariantCulture,
                $"The residual is {found.Residual:g3} after MaximumIterations {options.MaximumIterations} and Tolerance asks for {options.Tolerance:g3}; raise Ridge, Landmarks or MaximumIterations."));
        }
        return choice with { Ridge = ridge, Weights = (found.Solution * column).AsDoubles().ToArray(), Offset = offset, Condition = null };
    }

    // K + D with D = ridge / weight, or the least ridge above it at which rounding leaves the system positive definite.
    private double Factor(SymmetricSystem system, KernelExamples examples, double ridge)
    {
        foreach (var used in Jitters.Select(jitter => ridge + jitter).Where(used => used > 0))
        {
            if (system.TryFactor(Diagonal(examples, used)))
            {
                return used;
            }
        }
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"The kernel of {examples.Count} rows with a ridge of {ridge:g3} is not positive definite, nor is it with {Jitters[^1]:g3} more; raise Ridge, or leave it to be chosen."));
    }

    private static double[] Diagonal(KernelExamples examples, double ridge) => [.. examples.Weights.Select(weight => ridge / weight)];

    private (ScoreLink? Link, double Loss) Judge(double[] leftOut, double[] offset, KernelExamples examples)
    {
        var (rows, outputs) = (examples.Rows, examples.Outputs);
        double[] weights = [.. rows.Select(row => row.TotalWeight)];
        double[] targets = [.. rows.SelectMany(row => Enumerable.Range(0, outputs).Select(output => row.TargetOf(output, outputs)))];
        if (!isClassification)
        {
            return (null, leftOut.Select((value, i) => weights[i] * Math.Pow(value - targets[i], 2)).Sum() / weights.Sum());
        }
        for (var i = 0; i < leftOut.Length; i++)
        {
            leftOut[i] = offset[i % outputs] == Unseen ? Unseen : leftOut[i];
        }
        return ScoreCalibration.Fit(leftOut, targets, weights, rows.Sum(row => row.Count));
    }

    // Targets are centred, so that a penalty shrinks towards the mean and not to 0.
    private static (Tensor Targets, double[] Offset) Centered(KernelExamples examples)
    {
        var (outputs, total) = (examples.Outputs, examples.Weights.Sum());
        var mean = new double[outputs];
        for (var i = 0; i < examples.Targets.Length; i++)
        {
            mean[i % outputs] += examples.Weights[i / outputs] * examples.Targets[i] / total;
        }
        var targets = examples.Targets.ToAligned(examples.Count, outputs).Minus(mean.ToAligned(outputs));
        return (targets, outputs > 1 ? [.. mean.Select(share => share > 0 ? share : Unseen)] : mean);
    }

    private static long Rows(KernelExamples examples) => 3L * sizeof(double) * examples.Points.Length;

    private void CheckMemory(KernelSolver solver, long bytes, KernelExamples examples)
    {
        var needed = bytes + Rows(examples);
        if (needed > options.MemoryLimit)
        {
            var advice = solver == KernelSolver.Cholesky ? "choose Solver ConjugateGradients or raise the limit"
                : "set Landmarks lower or raise the limit";
            throw new InvalidOperationException(
                $"Solver {solver} needs {needed >> 20} MB for {examples.Count} different rows, and MemoryLimitMegabytes allows {options.MemoryLimitMegabytes}; {advice}.");
        }
    }

    // A design with its result.
    private sealed record Choice(KernelInputs Inputs, NetworkKernel Kernel, int Depth)
    {
        public double Ridge { get; init; }

        public double[] Weights { get; init; } = [];

        public double[] Offset { get; init; } = [];

        public ScoreLink? Link { get; init; }

        public double Loss { get; init; }

        // A lower bound of the system's condition number, where it was factorised.
        public double? Condition { get; init; }
    }
}
