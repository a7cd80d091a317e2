using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The result of an iterative solution.</summary>
/// <param name="Solution">X, <c>[n, c]</c>, Float64.</param>
/// <param name="Iterations">The number of products with the system.</param>
/// <param name="Residual">The largest <c>|Y - A X| / |Y|</c> of the columns.</param>
internal sealed record IterativeSolution(Tensor Solution, int Iterations, double Residual);

/// <summary>Preconditioned conjugate gradients for several right-hand sides at once (Hestenes and Stiefel 1952).</summary>
internal static class ConjugateGradients
{
    // A zero right-hand side has the solution 0 and an undefined step length.
    private static readonly Scalar Tiny = 1e-300;

    /// <summary>Solves <c>A X = Y</c> for a symmetric positive definite A.</summary>
    /// <param name="system">A times vectors.</param>
    /// <param name="preconditioner">About <c>A^-1</c> times vectors; null for none.</param>
    /// <param name="targets">Y, <c>[n, c]</c>, Float64.</param>
    /// <param name="tolerance">The residual over the norm of the right-hand side at which to stop.</param>
    /// <param name="mostIterations">The most iterations.</param>
    public static IterativeSolution Solve(
        Func<Tensor, Tensor> system, Func<Tensor, Tensor>? preconditioner, Tensor targets, double tolerance, int mostIterations)
    {
        using var scope = NewDisposeScope();
        var norms = Norms(targets);
        var solution = zeros_like(targets);
        var residual = targets.clone();
        var direction = (preconditioner?.Invoke(residual) ?? residual).clone();
        var product = (residual * direction).sum([0]);
        var iterations = 0;
        while (iterations < mostIterations && Largest(residual, norms) > tolerance)
        {
            using var step = NewDisposeScope();
            var image = system(direction);
            var length = product / (direction * image).sum([0]).Plus(Tiny);
            solution.add_(direction * length, Numbers.One);
            residual.add_(image * length, Numbers.MinusOne);
            var improved = preconditioner?.Invoke(residual) ?? residual;
            var next = (residual * improved).sum([0]);
            direction.mul_(next / product.Plus(Tiny)).add_(improved, Numbers.One);
            product.copy_(next);
            iterations++;
        }
        return new IterativeSolution(solution.MoveToOuterDisposeScope(), iterations, Largest(residual, norms));
    }

    private static Tensor Norms(Tensor vectors) => (vectors * vectors).sum([0]).sqrt();

    private static double Largest(Tensor residual, Tensor norms)
    {
        using var scope = NewDisposeScope();
        return (Norms(residual) / norms.Plus(Tiny)).max().Item<double>();
    }
}
