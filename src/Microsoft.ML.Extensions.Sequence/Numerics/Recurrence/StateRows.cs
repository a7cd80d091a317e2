using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>A cell's state on the stack.</summary>
[InlineArray(MostStates)]
internal struct StateRows<T>
{
    /// <summary>The most states a channel may have.</summary>
    public const int MostStates = 8;

    private T _first;
}
