using System.Runtime.Intrinsics;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The number of channels per instruction.</summary>
internal enum LaneWidth
{
    Scalar = 1,
    Four = 4,
    Eight = 8,
    Sixteen = 16,
}

internal static class LaneWidths
{
    /// <summary>The widest lane of this machine.</summary>
    public static LaneWidth Widest =>
        Vector512.IsHardwareAccelerated ? LaneWidth.Sixteen
        : Vector256.IsHardwareAccelerated ? LaneWidth.Eight
        : Vector128.IsHardwareAccelerated ? LaneWidth.Four
        : LaneWidth.Scalar;

    /// <summary>The widest lane, up to <paramref name="widest"/>, that the channels fill at least once.</summary>
    public static LaneWidth Fitting(LaneWidth widest, int channels)
    {
        var width = (int)widest;
        while (width > channels)
        {
            width /= 2;
        }
        return width < (int)LaneWidth.Four ? LaneWidth.Scalar : (LaneWidth)width;
    }
}
