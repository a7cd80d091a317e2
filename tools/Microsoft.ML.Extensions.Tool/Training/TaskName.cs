namespace Microsoft.ML.Extensions.Tool;

/// <summary>What a model predicts.</summary>
public enum TaskName
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>The next values of a series.</summary>
    Forecasting,

    /// <summary>The order of the rows of a group.</summary>
    Ranking,
}
