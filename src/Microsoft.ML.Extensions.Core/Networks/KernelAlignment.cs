using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// Centred kernel alignment (CKA) of two representations of the same rows by linear kernels, differentiable: the cosine of their centred
/// Gram matrices (Kornblith et al. 2019, arXiv 1905.00414, section 3).
/// </summary>
/// <remarks>
/// <para>
/// The Gram matrix is <c>K = X X^T</c>. Biased: <c>H K H</c>, whose inner products are <c>(n - 1)^2</c> times the biased estimate of HSIC.
/// Independent features have a CKA of about <c>1 / sqrt((1 + n / p)(1 + n / q))</c>, which is near 1 where there are many more features
/// than rows. Unbiased: the diagonal is 0 and K is U-centred, so that inner products are <c>n (n - 3)</c> times the unbiased estimate of
/// HSIC (Song et al. 2012; Szekely and Rizzo 2014, section 3), and independent features have a mean of about 0.
/// </para>
/// <para>CKA does not change with rotations, one scale or shifts of the features. It is computed in double precision.</para>
/// </remarks>
internal static class KernelAlignment
{
    /// <summary>The fewest rows that say anything: of two rows the biased CKA is always 1, of three the unbiased one is 0 / 0.</summary>
    public const int LeastRows = 4;

    // Activations are of single precision. Relative to their size, features that differ by less are constant, and Gram matrices that
    // differ from 0 by less are 0: what is left is rounding, whose direction must not become a gradient.
    private const double LeastSpread = 1e-10;
    private const double LeastAfterCentring = 1e-12;

    private static readonly Scalar Smallest = 1e-300;

    /// <summary>
    /// The centred Gram matrix <c>[n, n]</c> in double precision; 0 where the rows are equal, or where nothing is left after centring.
    /// </summary>
    /// <param name="rows">The features of each row, <c>[n, ...]</c>.</param>
    /// <param name="unbiased">Whether for the unbiased estimate, which needs four rows; the biased one needs two.</param>
    /// <exception cref="ArgumentException">There are too few rows.</exception>
    public static Tensor Centred(Tensor rows, bool unbiased)
    {
        var (count, least) = (rows.shape[0], unbiased ? LeastRows : 2);
        if (count < least)
        {
            throw new ArgumentException($"CKA needs {least} rows or more, and these are {count}.", nameof(rows));
        }
        var all = rows.flatten(1).to_type(ScalarType.Float64);
        var features = all.Minus(all.mean([0], keepdim: true));
        var gram = features.Times(features.t());
        if (unbiased)
        {
            gram = WithoutDiagonal(gram);
        }
        var spread = features.Squared().sum();
        var varies = spread.gt(all.Squared().sum().Scaled(LeastSpread));
        var remains = gram.Squared().sum().gt(spread.Squared().Scaled(LeastAfterCentring));
        return gram * (varies & remains).to_type(ScalarType.Float64);
    }

    /// <summary>The inner product of two centred Gram matrices as an estimate of HSIC.</summary>
    public static Tensor Independence(Tensor one, Tensor other, bool unbiased)
    {
        var count = (double)one.shape[0];
        return (one * other).sum().Scaled(1 / (unbiased ? count * (count - 3) : (count - 1) * (count - 1)));
    }

    /// <summary>CKA from two centred Gram matrices, a number from -1 (biased: 0) to 1; 0, without a gradient, where one of them is 0.</summary>
    public static Tensor Cosine(Tensor one, Tensor other) => (one * other).sum() / (Norm(one) * Norm(other));

    private static Tensor Norm(Tensor gram) => gram.Squared().sum().clamp_min(Smallest).sqrt();

    // K~_ij = K_ij - K_i. / (n - 2) - K_.j / (n - 2) + K_.. / ((n - 1)(n - 2)) off the diagonal.
    private static Tensor WithoutDiagonal(Tensor gram)
    {
        var count = gram.shape[0];
        var off = eye(count, dtype: ScalarType.Float64, device: gram.device).neg().Plus(Numbers.One);
        var hollow = gram * off;
        var means = hollow.sum([1], keepdim: true).Scaled(1.0 / (count - 2));
        var mean = means.sum().Scaled(1.0 / (count - 1));
        return hollow.Minus(means).Minus(means.t()).Plus(mean) * off;
    }
}
