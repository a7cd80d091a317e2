using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Ridge regression in double precision over rows whose features do not fit into memory.</summary>
/// <remarks>
/// Normal equations by Cholesky, refined on the residuals (iterated Tikhonov regularisation), which undoes the effect of the squared
/// condition number and of the ridge where the data determine the solution, and keeps the ridge elsewhere. It starts from the fit of the
/// leading features alone, so that targets in their span stay exact with any number of further features.
/// </remarks>
internal static class RefinedLeastSquares
{
    private const int Refinements = 3, RidgeSteps = 8;

    /// <summary>Coefficients <c>[q, K]</c> from features to targets.</summary>
    /// <param name="blocks">The blocks of rows.</param>
    /// <param name="block">Gives features <c>[r, q]</c> and targets <c>[r, K]</c> of a block, the same in each call.</param>
    /// <param name="leading">The number of leading features, which are fitted first.</param>
    /// <param name="ridge">The weight of the squared coefficients, relative to the features' mean square.</param>
    /// <exception cref="InvalidOperationException">The system is singular even with a much larger ridge.</exception>
    public static Tensor Solve(int blocks, Func<int, (Tensor Features, Tensor Targets)> block, int leading, double ridge)
    {
        using var scope = NewDisposeScope();
        var gram = Sum(blocks, i =>
        {
            var features = block(i).Features;
            return features.t().mm(features);
        });
        Tensor? coefficients = null;
        foreach (var count in new[] { leading, gram.shape[0] })
        {
            var factor = Factor(gram.narrow(0, 0, count).narrow(1, 0, count), ridge);
            for (var round = 0; round <= Refinements; round++)
            {
                var missing = Sum(blocks, i => Missing(block(i), coefficients)).narrow(0, 0, count).cholesky_solve(factor);
                var further = nn.functional.pad(missing, [0, 0, 0, gram.shape[0] - count]);
                coefficients = coefficients is null ? further : coefficients.Plus(further);
            }
        }
        return coefficients!.MoveToOuterDisposeScope();
    }

    private static Tensor Missing((Tensor Features, Tensor Targets) block, Tensor? coefficients) =>
        block.Features.t().mm(coefficients is null ? block.Targets : block.Targets.Minus(block.Features.mm(coefficients)));

    private static Tensor Sum(int blocks, Func<int, Tensor> term)
    {
        Tensor? sum = null;
        for (var i = 0; i < blocks; i++)
        {
            using var scope = NewDisposeScope();
            var further = term(i);
            sum = sum is null ? further.MoveToOuterDisposeScope() : sum.add_(further, Numbers.One);
        }
        return sum!;
    }

    private static Tensor Factor(Tensor gram, double ridge)
    {
        var meanSquare = gram.diagonal().mean().Item<double>();
        for (var i = 0; i < RidgeSteps; i++, ridge *= 10)
        {
            using var scope = NewDisposeScope();
            using Scalar shift = ridge * meanSquare;
            var (factor, info) = linalg.cholesky_ex(gram.Plus(eye(gram.shape[0], dtype: ScalarType.Float64) * shift));
            if (info.Item<int>() == 0)
            {
                return factor.MoveToOuterDisposeScope();
            }
        }
        throw new InvalidOperationException(
            Invariant($"The least-squares fit is singular even with a ridge of {ridge / 10}; use fewer units or more FitPoints."));
    }
}
