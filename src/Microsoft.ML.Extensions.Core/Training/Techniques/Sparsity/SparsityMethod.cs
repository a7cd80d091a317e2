namespace Microsoft.ML.Extensions;

/// <summary>Which weights of a sparse network are kept, and when that is decided.</summary>
public enum SparsityMethod
{
    /// <summary>Weights are pruned step by step, the smallest first (Zhu and Gupta 2017, arXiv 1710.01878).</summary>
    GradualMagnitude,

    /// <summary>The smallest weights are pruned at once, and the others are trained on (Han et al. 2015, arXiv 1506.02626).</summary>
    Magnitude,

    /// <summary>
    /// As <see cref="GradualMagnitude"/>, and each time some of the live weights are replaced by those with the largest gradients (GraNet:
    /// Liu et al. 2021, arXiv 2106.10404).
    /// </summary>
    GraNet,

    /// <summary>Weights drawn before training, which stay the same: the baseline of all others (Liu et al. 2022, arXiv 2202.02643).</summary>
    StaticRandom,

    /// <summary>
    /// Sparse from the start; the smallest weights are replaced by others at random (Mocanu et al. 2018, arXiv 1707.04780, with the
    /// fraction of <see cref="RigL"/> instead of a constant one).
    /// </summary>
    Set,

    /// <summary>Sparse from the start; the smallest weights are replaced by those with the largest gradients (Evci et al. 2020, arXiv 1911.11134).</summary>
    RigL,

    /// <summary>
    /// Pruned before the first step: weights with the largest product with their gradient, in one batch, are kept (Lee et al. 2019,
    /// arXiv 1810.02340).
    /// </summary>
    Snip,

    /// <summary>
    /// Trained for the pattern N:M: the pruned weights are kept aside, learn from the gradients of the sparse network, decay, and may come
    /// back in any step (SR-STE: Zhou et al. 2021, arXiv 2102.04010). Needs <see cref="SparsityStructure.Groups"/>.
    /// </summary>
    SrSte,

    /// <summary>
    /// Pruned before the first step: weights whose removal would most reduce the norm of the gradient of one batch are kept (Wang, Zhang, Grosse 2020,
    /// arXiv 2002.07376).
    /// </summary>
    GraSP,

    /// <summary>
    /// Pruned before the first step without data, in 100 rounds: the weights of the strongest paths from inputs to outputs are kept, so that no
    /// layer loses all of its weights first (Tanaka et al. 2020, arXiv 2006.05467).
    /// </summary>
    SynFlow,

    /// <summary>
    /// The network is trained in several rounds. After each the smallest weights are pruned, and the others go back to their values of an early
    /// epoch (Frankle and Carbin 2019, arXiv 1803.03635; Frankle et al. 2019, arXiv 1903.01611).
    /// </summary>
    LotteryTicket,
}
