using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Least squares with a ridge, in double precision, over more rows than memory holds the features of.</summary>
/// <remarks>
/// Normal equations by Cholesky, refined on the residuals (iterated Tikhonov regularisation), which takes back what squaring the condition
/// and the ridge cost where the data decide, and leaves the ridge where they do not. It starts from the fit of the leading features alone,
/// so that targets which these make up stay exact beside any number of others.
/// </remarks>
internal static class RefinedLeastSquares
{
    private const int Refinements = 3, RidgeSteps = 8;

    /// <summary>Coefficients <c>[q, K]</c> that take features to targets.</summary>
    /// <param name="blocks">The blocks of rows.</param>
    /// <param name="block">Gives features <c>[r, q]</c> and targets <c>[r, K]</c> of a block, the same each time it is asked.</param>
    /// <param name="leading">How many of the features, the first ones, are fitted before the others.</param>
    /// <param name="ridge">The weight of the squared coefficients, in parts of the features' mean square.</param>
    /// <exception cref="InvalidOperationException">The features leave the coefficients undecided even with a much larger ridge.</exception>
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
        throw new InvalidOperationException(Invariant($"The least-squares fit is singular even with a ridge of {ridge / 10}; use fewer units or more FitPoints."));
    }
}
