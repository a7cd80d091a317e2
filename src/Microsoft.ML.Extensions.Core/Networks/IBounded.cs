using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that knows which values are too far from those of training to be scored.</summary>
internal interface IBounded
{
    /// <summary>What the values of a row to be scored may be; null for all finite numbers.</summary>
    InputRange? Range { get; }

    /// <summary>That of any network.</summary>
    static InputRange? RangeOf(Network network) => (network as IBounded)?.Range;
}
