namespace Microsoft.ML.Extensions.Onnx;

/// <summary>A matrix of whole numbers in eight bits with a scale for each place of one axis, as <c>ml.Model.Quantize</c> makes them.</summary>
/// <param name="Whole">The whole numbers, -127 to 127.</param>
/// <param name="Scales">The scales.</param>
/// <param name="ScaleShape">Their shape: that of the matrix along the axis, 1 along all others.</param>
internal sealed record RoundedMatrix(sbyte[] Whole, float[] Scales, long[] ScaleShape)
{
    private const int Largest = 127;

    // Smaller ones have more bytes in eight bits, with their scales and operators.
    private const int LeastNumbers = 256;

    // So many numbers are multiples of one scale by no chance.
    private const int LeastOfScale = 16;

    /// <summary>The form of numbers that have it to the last bit; null for all others.</summary>
    public static RoundedMatrix? Of(float[] values, long[] shape)
    {
        if (shape.Length < 2 || values.Length < LeastNumbers)
        {
            return null;
        }
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > 0 && values.Length / shape[axis] >= LeastOfScale && Along(values, shape, axis) is { } found)
            {
                return found;
            }
        }
        return null;
    }

    private static RoundedMatrix? Along(float[] values, long[] shape, int axis)
    {
        var size = (int)shape[axis];
        var inner = (int)shape[(axis + 1)..].Aggregate(1L, (product, length) => product * length);
        var (whole, scales) = (new sbyte[values.Length], new float[size]);
        for (var place = 0; place < size; place++)
        {
            int[] own = [.. Enumerable.Range(0, values.Length / size).Select(number => (((number / inner * size) + place) * inner) + (number % inner))];
            if (Scale(values, own) is not { } scale)
            {
                return null;
            }
            scales[place] = scale;
            foreach (var at in own)
            {
                whole[at] = (sbyte)MathF.Round(values[at] / scale);
            }
        }
        return new RoundedMatrix(whole, scales, [.. shape.Select((length, other) => other == axis ? length : 1)]);
    }

    // The scale of which all numbers are multiples. The largest number is any multiple, since a part of a matrix may lack the one that is 127.
    private static float? Scale(float[] values, int[] own)
    {
        var largest = own.Max(at => MathF.Abs(values[at]));
        if (largest == 0)
        {
            return 1;
        }
        for (var multiple = Largest; multiple > 0; multiple--)
        {
            var about = largest / multiple;
            foreach (var scale in new[] { about, MathF.BitDecrement(about), MathF.BitIncrement(about) })
            {
                if (float.IsNormal(scale) && Array.TrueForAll(own, at => IsMultiple(values[at], scale)))
                {
                    return scale;
                }
            }
        }
        return null;
    }

    private static bool IsMultiple(float value, float scale) => MathF.Round(value / scale) is var whole && MathF.Abs(whole) <= Largest && whole * scale == value;
}
