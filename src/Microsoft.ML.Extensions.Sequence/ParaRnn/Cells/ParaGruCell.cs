using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// ParaGRU (Danieli et al. 2025, arXiv 2510.21450): a GRU with diagonal recurrent weights. Per channel
/// <code>
/// z  = sigmoid(a_z h + x_z)
/// r  = sigmoid(a_r h + x_r)
/// n  = tanh(a_n (r h) + x_n)
/// h' = (1 - z) h + z n
/// J  = (1 - z) + (n - h) z(1 - z) a_z + z (1 - n^2) a_n (r + h r(1 - r) a_r)
/// </code>
/// z weights the candidate, the opposite of torch.nn.GRU, and r acts on h before the recurrent weight. Rows of x and a: z, r, n.
/// </summary>
internal readonly struct ParaGruCell : IRecurrentCell<ParaGruCell>
{
    private const int Z = 0, R = 1, N = 2;

    public static int Gates => 3;

    public static int States => 1;

    public static int Parameters => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var h = previous[0];
        var (z, _, n) = Evaluate<T, TInput, TRows>(x, a, h);
        next[0] = T.MultiplyAdd(z, n - h, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Jacobian<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows jacobian)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var h = previous[0];
        var (z, r, n) = Evaluate<T, TInput, TRows>(x, a, h);
        var keep = T.Complement(z);
        var update = (n - h) * (z * keep) * a[Z];
        var candidate = z * T.Complement(n * n) * a[N] * T.MultiplyAdd(h * a[R], r * T.Complement(r), r);
        jacobian[0] = keep + update + candidate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StepBackward<T, TInput, TRows>(
        TInput x, TRows a, TRows previous, TRows adjoint, TRows dx, TRows da)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var h = previous[0];
        var (z, r, n) = Evaluate<T, TInput, TRows>(x, a, h);
        var keep = T.Complement(z);
        var perZ = (n - h) * (z * keep);
        var perN = z * T.Complement(n * n);
        var perR = perN * a[N] * h * (r * T.Complement(r));
        var jacobian = T.MultiplyAdd(perN * a[N], r, T.MultiplyAdd(perZ, a[Z], T.MultiplyAdd(perR, a[R], keep)));

        var lambda = adjoint[0];
        adjoint[0] = jacobian * lambda;
        var (dz, dr, dn) = (perZ * lambda, perR * lambda, perN * lambda);
        (dx[Z], dx[R], dx[N]) = (dz, dr, dn);
        da[Z] = T.MultiplyAdd(dz, h, da[Z]);
        da[R] = T.MultiplyAdd(dr, h, da[R]);
        da[N] = T.MultiplyAdd(dn, r * h, da[N]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Z, T R, T N) Evaluate<T, TInput, TRows>(TInput x, TRows a, T h)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var z = T.Sigmoid(T.MultiplyAdd(a[Z], h, x[Z]));
        var r = T.Sigmoid(T.MultiplyAdd(a[R], h, x[R]));
        return (z, r, T.Tanh(T.MultiplyAdd(a[N], r * h, x[N])));
    }
}
