namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// H trained linear state-space systems side by side, <c>x' = A x + B u</c>, <c>y = C x</c>, each with its own time step, by the
/// generalised bilinear transform.
/// </summary>
/// <param name="shape">The sizes and the transform.</param>
/// <remarks>Immutable. Single precision is rounded as in the tensor code, since a pole's last bit shows in long kernels.</remarks>
internal abstract class StateSpaceSystem(StateSpaceShape shape)
{
    public StateSpaceShape Shape { get; } = shape;

    /// <summary>
    /// K, <c>[H, M, L]</c>, with <c>K_l = C Abar^l Bbar</c>; the first values do not depend on the length, to the last bit.
    /// </summary>
    public abstract float[] Kernel(int length);

    /// <summary>The same systems, step by step.</summary>
    public abstract SteppedSystem Stepped();
}
