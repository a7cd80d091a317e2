using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that knows which values are too far from the training values to be scored.</summary>
internal interface IBounded
{
    /// <summary>The range of values that can be scored; null for all finite numbers.</summary>
    InputRange? Range { get; }

    /// <summary>The range of any network.</summary>
    static InputRange? RangeOf(Network network) => (network as IBounded)?.Range;
}
