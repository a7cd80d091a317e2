using System.Globalization;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>What kernel ridge regression learned.</summary>
/// <param name="Depth">The network's depth.</param>
/// <param name="Ridge">The penalty.</param>
/// <param name="Weights">A weight a row and output, <c>[n, c]</c>.</param>
/// <param name="Offset">What is added to each output, <c>[c]</c>.</param>
/// <param name="Factor">By what outputs are multiplied then.</param>
internal sealed record KernelSolution(int Depth, double Ridge, double[] Weights, double[] Offset, double Factor);

/// <summary>Kernel ridge regression with depth and penalty chosen by leaving out each row in turn.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="dual">The activation.</param>
/// <param name="isClassification">Whether targets are classes.</param>
/// <param name="seed">The seed of what is drawn.</param>
/// <param name="checkAlive">Throws where the fit was cancelled.</param>
/// <param name="channel">Takes what was chosen and how it went.</param>
internal sealed class KernelLearner(
    NeuralTangentKernelOptions options, DualActivation dual, bool isClassification, int seed, Action checkAlive, IChannel channel)
{
    // So many rows choose depth and ridge; more would take longer than the solution itself.
    private const int ChoosingRows = 2000;

    // Beyond, n^3 takes longer than iterating does.
    private const int MostExactRows = 10_000;

    private const int MostLandmarks = 2000;

    // A class without rows is as far below a certain no as that is below a certain yes.
    private const double Unseen = -1;

    // What single precision leaves of a ridge.
    private const double LeastStreamedRidge = 1e-6;

    private static readonly int[] Depths = [1, 2, 3, 5];
    private static readonly double[] Ridges = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];
    private static readonly double[] Jitters = [0, 1e-12, 1e-10, 1e-8];

    /// <summary>Learns from examples.</summary>
    /// <exception cref="InvalidOperationException">The chosen solver needs more memory than allowed.</exception>
    public KernelSolution Learn(KernelExamples examples)
    {
        using var scope = NewDisposeScope();
        var chooses = examples.Count <= ChoosingRows ? examples : examples.Part(Drawn(examples.Count));
        var choice = Choose(chooses);
        if (chooses != examples || options.Solver == KernelSolver.ConjugateGradients)
        {
            choice = Solve(examples, choice);
        }
        Tell(string.Create(CultureInfo.InvariantCulture,
            $"Solved for {examples.Count} different rows: depth {choice.Depth}, ridge {choice.Ridge:g3}."));
        return new KernelSolution(choice.Depth, choice.Ridge, choice.Weights, choice.Offset, choice.Factor);
    }

    private sealed record Choice(int Depth, double Ridge, double[] Weights, double[] Offset, double Factor, double Loss);

    private int[] Drawn(int count)
    {
        var rows = Enumerable.Range(0, count).ToArray();
        new Random(SeedSequence.Derive(seed, 0)).Shuffle(rows);
        Array.Sort(rows, 0, ChoosingRows);
        return rows[..ChoosingRows];
    }

    private Choice Choose(KernelExamples examples)
    {
        CheckMemory(KernelSolver.Cholesky, KernelSystem.Bytes(examples.Count), examples);
        Choice? best = null;
        foreach (var depth in options.Depth > 0 ? [options.Depth] : Depths)
        {
            using var scope = NewDisposeScope();
            using var system = KernelSystem.Build(examples.PointTensor(), new DeepKernel(dual, depth, options.Kernel), checkAlive);
            foreach (var ridge in options.Ridge is { } given ? [given] : Ridges)
            {
                var choice = Fit(system, examples, depth, ridge);
                best = best is null || choice.Loss < best.Loss ? choice : best;
            }
        }
        return best!;
    }

    private Choice Solve(KernelExamples examples, Choice choice)
    {
        var kernel = new DeepKernel(dual, choice.Depth, options.Kernel);
        var exactly = options.Solver == KernelSolver.Cholesky
            || (options.Solver == KernelSolver.Auto && examples.Count <= MostExactRows && KernelSystem.Bytes(examples.Count) + Rows(examples) <= options.MemoryLimit);
        if (!exactly)
        {
            return Iterate(examples, kernel, choice);
        }
        CheckMemory(KernelSolver.Cholesky, KernelSystem.Bytes(examples.Count), examples);
        using var scope = NewDisposeScope();
        using var system = KernelSystem.Build(examples.PointTensor(), kernel, checkAlive);
        return Fit(system, examples, choice.Depth, choice.Ridge);
    }

    private Choice Fit(KernelSystem kernel, KernelExamples examples, int depth, double ridge)
    {
        using var scope = NewDisposeScope();
        var (targets, offset) = Centered(examples);
        var (system, used) = Factor(kernel, examples, ridge);
        try
        {
            var solution = system.Solve(targets);
            var leftOut = LeaveOneOut.Predictions(targets, solution, system.InverseDiagonal());
            var (factor, loss) = Judge(leftOut, offset, examples);
            return new Choice(depth, used, solution.contiguous().AsDoubles().ToArray(), offset, factor, loss);
        }
        finally
        {
            if (system != kernel)
            {
                system.Dispose();
            }
        }
    }

    private Choice Iterate(KernelExamples examples, IKernelFunction kernel, Choice choice)
    {
        var landmarks = Math.Min(examples.Count, options.Landmarks > 0 ? options.Landmarks : Math.Clamp(examples.Count / 10, 1, MostLandmarks));
        CheckMemory(KernelSolver.ConjugateGradients, NystromPreconditioner.Bytes(examples.Count, landmarks), examples);
        using var scope = NewDisposeScope();
        var (targets, offset) = Centered(examples);
        var ridge = Math.Max(choice.Ridge, LeastStreamedRidge);
        var scale = examples.Weights.Select(Math.Sqrt).ToArray();
        var column = tensor(scale).unsqueeze(1);
        using var system = new StreamedSystem(examples.PointTensor(), scale, ridge, kernel, checkAlive);
        using var preconditioner = NystromPreconditioner.Of(system, landmarks, SeedSequence.Derive(seed, 1), checkAlive);
        var found = ConjugateGradients.Solve(system.Times, preconditioner.Times, targets * column, options.Tolerance, options.MaximumIterations);
        Tell(string.Create(CultureInfo.InvariantCulture,
            $"Conjugate gradients: {found.Iterations} iterations with {landmarks} landmarks, residual {found.Residual:g3}."));
        if (found.Residual > options.Tolerance)
        {
            channel.Warn(string.Create(CultureInfo.InvariantCulture,
                $"The residual is {found.Residual:g3} after MaximumIterations {options.MaximumIterations} and Tolerance asks for {options.Tolerance:g3}; raise Ridge, Landmarks or MaximumIterations."));
        }
        return choice with { Ridge = ridge, Weights = (found.Solution * column).AsDoubles().ToArray(), Offset = offset };
    }

    // K + D with D = ridge / weight; a little more where rounding wants it, and at last by eigenvectors.
    private (IKernelSystem System, double Ridge) Factor(KernelSystem kernel, KernelExamples examples, double ridge)
    {
        foreach (var jitter in Jitters)
        {
            if (ridge + jitter > 0 && kernel.TryFactor(Diagonal(examples, ridge + jitter)))
            {
                return (kernel, ridge + jitter);
            }
        }
        var least = Math.Max(ridge, Jitters[1]);
        CheckMemory(KernelSolver.Cholesky, KernelSystem.Bytes(examples.Count) + EigenSystem.Bytes(examples.Count), examples);
        Tell(string.Create(CultureInfo.InvariantCulture, $"The kernel with a ridge of {ridge:g3} is not positive definite; its eigenvectors are used."));
        using var whole = kernel.Kernel();
        return (new EigenSystem(whole, Diagonal(examples, least)), least);
    }

    private static double[] Diagonal(KernelExamples examples, double ridge) => [.. examples.Weights.Select(weight => ridge / weight)];

    private (double Factor, double Loss) Judge(double[] leftOut, double[] offset, KernelExamples examples)
    {
        for (var i = 0; i < leftOut.Length; i++)
        {
            leftOut[i] += offset[i % offset.Length];
        }
        if (isClassification)
        {
            return ScoreCalibration.Fit(leftOut, examples.Targets, examples.Weights);
        }
        var errors = leftOut.Select((value, i) => examples.Weights[i] * Math.Pow(value - examples.Targets[i], 2)).Sum();
        return (1, errors / examples.Weights.Sum());
    }

    // A penalty draws to the mean and not to 0.
    private static (Tensor Targets, double[] Offset) Centered(KernelExamples examples)
    {
        var (outputs, total) = (examples.Outputs, examples.Weights.Sum());
        var mean = new double[outputs];
        for (var i = 0; i < examples.Targets.Length; i++)
        {
            mean[i % outputs] += examples.Weights[i / outputs] * examples.Targets[i] / total;
        }
        var targets = tensor(examples.Targets, [examples.Count, outputs]).Minus(tensor(mean));
        return (targets, outputs > 1 ? [.. mean.Select(share => share > 0 ? share : Unseen)] : mean);
    }

    private static long Rows(KernelExamples examples) => 3L * sizeof(double) * examples.Points.Length;

    private void CheckMemory(KernelSolver solver, long bytes, KernelExamples examples)
    {
        var needed = bytes + Rows(examples);
        if (needed > options.MemoryLimit)
        {
            var advice = solver == KernelSolver.Cholesky ? "choose Solver ConjugateGradients or raise the limit" : "set Landmarks lower or raise the limit";
            throw new InvalidOperationException(
                $"Solver {solver} needs {needed >> 20} MB for {examples.Count} different rows, and MemoryLimitMegabytes allows {options.MemoryLimitMegabytes}; {advice}.");
        }
    }

    private void Tell(string message) => channel.Tell(message);
}
