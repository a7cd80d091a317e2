namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A way to look for the design of the largest reward.</summary>
internal interface ICompressionSearch
{
    /// <summary>Asks for rewards until the judge is spent or there is nothing more to ask.</summary>
    /// <param name="space">The designs.</param>
    /// <param name="judge">Gives rewards.</param>
    /// <param name="random">The source of random choices.</param>
    void Run(SearchSpace space, IDesignJudge judge, Random random);
}

/// <summary>Gives the rewards of designs; it remembers them, so that asking again costs nothing.</summary>
internal interface IDesignJudge
{
    /// <summary>The number of networks judged so far.</summary>
    int Judged { get; }

    /// <summary>The number of networks that it may judge in all.</summary>
    int Budget { get; }

    /// <summary>The reward; null where the network is not known and the budget is spent, or the search was cancelled.</summary>
    /// <param name="design">The design.</param>
    /// <param name="iteration">
    /// The iteration of a search that learns, from 0: in the first ones a violated constraint costs less. Others give none.
    /// </param>
    double? Reward(Design design, int iteration = int.MaxValue);
}
