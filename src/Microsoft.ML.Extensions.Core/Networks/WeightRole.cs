namespace Microsoft.ML.Extensions.Networks;

/// <summary>What a matrix connects.</summary>
internal enum WeightRole
{
    /// <summary>Two layers.</summary>
    Layers,

    /// <summary>The input of a recurrent layer and its gates.</summary>
    InputToHidden,

    /// <summary>The state of a recurrent layer and its gates.</summary>
    HiddenToHidden,
}
