namespace Microsoft.ML.Extensions;

/// <summary>The matrices that become sparse. Biases, norms, tables of tokens, diagonal recurrences and solved parts never do.</summary>
public enum SparsityTargets
{
    /// <summary>All matrices.</summary>
    All,

    /// <summary>Those from the input of a recurrent layer to its gates.</summary>
    InputToHidden,

    /// <summary>Those from the state of a recurrent layer to its gates.</summary>
    HiddenToHidden,

    /// <summary>Both kinds of a recurrent layer.</summary>
    Recurrent,
}
