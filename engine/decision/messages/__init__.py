"""What is due becomes messages: grouped, limited, made concrete."""
