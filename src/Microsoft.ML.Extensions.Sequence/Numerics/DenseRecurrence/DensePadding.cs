namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>Zeros after each row's end, over which whole products run later.</summary>
internal static unsafe class DensePadding
{
    /// <param name="plan">The rows.</param>
    /// <param name="place">The row's place in the order.</param>
    /// <param name="values">[B, T, slots, H], or null for nothing.</param>
    /// <param name="slots">Vectors of H a step.</param>
    public static void Clear(DensePlan plan, int place, float* values, int slots)
    {
        if (values == null)
        {
            return;
        }
        var (steps, size) = (plan.Shape.Steps, slots * plan.Shape.Channels);
        for (var step = plan.Length(place); step < steps; step++)
        {
            new Span<float>(values + ((((nint)plan.Row(place) * steps) + step) * size), size).Clear();
        }
    }
}
